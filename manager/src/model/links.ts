// Links in long lists: plain anchors, of which one listener of the list takes care. A thousand components would each watch the address.
import { router } from '../router'

export const hrefOf = (path: string) => router.options.history.createHref(path)

/** Goes where a click on an anchor leads, unless it is for another tab or window. */
export function follow(event: MouseEvent) {
  const path = (event.target as Element).closest<HTMLElement>('a[data-to]')?.dataset.to
  if (!path || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  event.preventDefault()
  void router.push(path)
}
