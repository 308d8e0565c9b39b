// What entities are called that others refer to by their ids. Each is asked for once while a page is shown.
import { reactive } from 'vue'
import { find, segment } from '../api'
import { nameOf } from './schema'

// A list shows fifty rows; who asks for a thousand at once reads ids.
const MOST = 200
const asked = new Set<string>()
const names = reactive(new Map<string, string>())

/** The name, or the beginning of the id until it is known. */
export function nameFor(path: string, id: string): string {
  const key = `${path}/${id}`
  if (!asked.has(key) && asked.size < MOST) {
    asked.add(key)
    find(`/${path}/${segment(id)}`).then((entity) => entity && names.set(key, nameOf(entity)), () => undefined)
  }
  const name = names.get(key)
  return name && name !== id ? name : id.slice(0, 8)
}

/** Another page: what has been renamed meanwhile is asked for again. */
export function forgetNames() {
  asked.clear()
  names.clear()
}
