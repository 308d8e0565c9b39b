// Who adds a row to a list wants to fill it in. The list is the element with the ref "box".
import { nextTick, useTemplateRef } from 'vue'

export function useAddedRow() {
  const box = useTemplateRef<HTMLElement>('box')
  async function focusLast() {
    await nextTick()
    const rows = box.value?.querySelectorAll<HTMLElement>('[data-row]')
    rows?.[rows.length - 1]?.querySelector<HTMLElement>('input, select, textarea')?.focus()
  }
  return focusLast
}
