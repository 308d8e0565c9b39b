// A list that is read page by page, below one another.
import { ref, shallowRef } from 'vue'
import { type Entity, page } from '../api'
import { statusOf, tellError } from '../feedback'

/** `mayLack`: that the gateway has no such list is no error, there are no rows then; the plugin that brings it is not enabled. */
export function usePaged(path: string, { size = 100, mayLack = false } = {}) {
  const rows = shallowRef<Entity[] | null>(null)
  const next = ref<string | null>(null)

  async function read(from: string, before: Entity[]) {
    try {
      const found = await page(from)
      rows.value = [...before, ...found.data]
      next.value = found.next
    } catch (error) {
      if (!mayLack || statusOf(error) !== 404) tellError(error)
    }
  }

  return { rows, next, load: () => read(`${path}?size=${size}`, []), more: async () => { if (next.value) await read(next.value, rows.value ?? []) } }
}
