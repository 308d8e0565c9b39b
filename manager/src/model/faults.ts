// What the fields of a form find out without the gateway's judgement: that a text is no JSON, that nobody is called like that, that one is still being looked for.
import { inject, type InjectionKey, provide, reactive } from 'vue'

export interface Faults { texts: Record<string, string>; waiting: Set<Promise<unknown>> }

const KEY: InjectionKey<Faults> = Symbol('faults')

export function provideFaults(): Faults {
  const faults: Faults = { texts: reactive({}), waiting: new Set() }
  provide(KEY, faults)
  return faults
}

export const useFaults = () => inject(KEY, null)

/** Waits until everything that is being looked for has been found or not. */
export async function settled({ waiting }: Faults) {
  while (waiting.size) await Promise.allSettled([...waiting])
}
