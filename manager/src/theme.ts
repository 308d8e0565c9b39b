import { ref } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
const KEY = 'gibbon-theme'
const stored = localStorage.getItem(KEY)

export const theme = ref<Theme>(stored === 'light' || stored === 'dark' ? stored : 'system')

export function applyTheme(next: Theme) {
  theme.value = next
  if (next === 'system') {
    localStorage.removeItem(KEY)
    delete document.documentElement.dataset.theme
  } else {
    localStorage.setItem(KEY, next)
    document.documentElement.dataset.theme = next
  }
}

applyTheme(theme.value)
