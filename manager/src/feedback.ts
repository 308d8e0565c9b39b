// Short messages, and the question before something is destroyed.
import { reactive, ref } from 'vue'
import { ApiError } from './api'

export interface Toast { id: number; text: string; tone: 'good' | 'bad' }
export const toasts = reactive<Toast[]>([])
let last = 0

export function tell(text: string, tone: Toast['tone'] = 'good') {
  const id = ++last
  toasts.push({ id, text, tone })
  setTimeout(() => dismiss(id), tone === 'good' ? 4000 : 10000)
}

export function dismiss(id: number) {
  const at = toasts.findIndex((toast) => toast.id === id)
  if (at >= 0) toasts.splice(at, 1)
}

/** Where the focus goes when what had it is gone. */
export const focusHeading = () => document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true })

export const tellError = (error: unknown) => tell(error instanceof Error ? error.message : String(error), 'bad')
export const statusOf = (error: unknown) => (error instanceof ApiError ? error.status : -1)

export interface Question { title: string; text: string; action: string; danger: boolean; answer: (yes: boolean) => void }
export const question = ref<Question | null>(null)

export const ask = (title: string, text: string, action: string, danger = true) =>
  new Promise<boolean>((resolve) => {
    question.value = { title, text, action, danger, answer: (yes) => { question.value = null; resolve(yes) } }
  })
