// A list that is read page by page, below one another.
import { ref, shallowRef } from 'vue'
import { type Entity, page } from '../api'
import { tellError } from '../feedback'

export function usePaged(path: string, size = 100) {
  const rows = shallowRef<Entity[] | null>(null)
  const next = ref<string | null>(null)

  async function read(from: string, before: Entity[]) {
    try {
      const found = await page(from)
      rows.value = [...before, ...found.data]
      next.value = found.next
    } catch (error) {
      tellError(error)
    }
  }

  return { rows, next, load: () => read(`${path}?size=${size}`, []), more: async () => { if (next.value) await read(next.value, rows.value ?? []) } }
}
