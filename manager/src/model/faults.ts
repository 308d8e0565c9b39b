// What is wrong in a form: what its fields find out themselves (a text is no JSON, nobody is called like that, one is still being looked for), and what the gateway has refused.
import { inject, type InjectionKey, provide, reactive, shallowRef, type ShallowRef } from 'vue'
import type { Json } from '../api'

export type Errors = { [name: string]: Json }

export interface Faults {
  /** By field, not by path: a field of a list's row moves when a row before it goes. */
  found: Map<symbol, { path: string; text: string }>
  waiting: Set<Promise<unknown>>
  refused: ShallowRef<Errors>
  /** A list has lost an item; what was wrong with it is gone, and what was wrong with those behind it belongs one place earlier. */
  removed: (path: string, at: number) => void
}

const KEY: InjectionKey<Faults> = Symbol('faults')

export function provideFaults(): Faults {
  const refused = shallowRef<Errors>({})
  const faults: Faults = {
    found: reactive(new Map()), waiting: new Set(), refused,
    removed: (path, at) => (refused.value = (without(refused.value, path.split('.'), at) ?? {}) as Errors),
  }
  provide(KEY, faults)
  return faults
}

export const useFaults = () => inject(KEY, null)

/** Waits until everything that is being looked for has been found or not. */
export async function settled({ waiting }: Faults) {
  while (waiting.size) await Promise.allSettled([...waiting])
}

// Errors are nested as the value is: lists as long as they need to be, with null where nothing is wrong.
function without(error: Json, [step, ...rest]: string[], at: number): Json {
  if (error === null || typeof error !== 'object') return error
  if (step === undefined) {
    if (!Array.isArray(error)) return error
    const left = error.filter((_, place) => place !== at)
    return left.some((item) => item !== null) ? left : null
  }
  if (Array.isArray(error)) return error.map((item, place) => (String(place) === step ? without(item, rest, at) : item))
  return step in error ? { ...error, [step]: without(error[step], rest, at) } : error
}
