// What the gateway tells of its requests: totals since its start, rates by entity, and the last requests while they are recorded.
import { type Entity, get, send } from '../api'

export interface Bucket { up_to: number; count: number }
export interface Totals { statuses: Record<string, number>; latencies: { request: Bucket[]; kong: Bucket[] } }
export interface Rate { per_second: number; errors_per_second: number; latency: number }
export type Rates = Record<'routes' | 'services' | 'upstreams' | 'targets' | 'consumers', Record<string, Rate>>
export interface Named { id: string; name: string | null }
export interface Step { name: string; id?: string; phase?: string; time: number }
export interface Recorded {
  number: number; id: string; started_at: number; client_ip: string; source: string; answered_by: string | null
  request: { method: string; scheme: string; protocol: string; host: string; path: string; headers: Record<string, string>; size: number }
  response: { status: number; headers: Record<string, string>; size: number }
  route: Named | null; service: Named | null; consumer: Named | null; upstream: Named | null
  tries: { address: string; target: Named | null; status: number; failed: boolean }[]
  latencies: { request: number; kong: number; proxy: number; receive: number; phases: Step[]; plugins: Step[] }
}
export interface Recording { enabled: boolean; sample_rate: number; size: number }

export const totals = async () => (await get('/traffic/totals')) as unknown as Totals
export const rates = async () => (await get('/traffic/rates')) as unknown as Rates
export const recording = async () => (await get('/traffic/recording')) as unknown as Recording
export const record = async (changes: Partial<Recording>) => (await send('PATCH', '/traffic/recording', changes as Entity)) as unknown as Recording

export const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, count) => all + count, 0)

/** What came between two looks at the totals. */
export function between(before: Totals, after: Totals): Totals {
  const buckets = (one: Bucket[], other: Bucket[]) => {
    const past = new Map(one.map((bucket) => [bucket.up_to, bucket.count]))
    return other.map((bucket) => ({ up_to: bucket.up_to, count: bucket.count - (past.get(bucket.up_to) ?? 0) })).filter((bucket) => bucket.count > 0)
  }
  return {
    statuses: Object.fromEntries(Object.entries(after.statuses).map(([name, count]) => [name, count - (before.statuses[name] ?? 0)])),
    latencies: { request: buckets(before.latencies.request, after.latencies.request), kong: buckets(before.latencies.kong, after.latencies.kong) },
  }
}

/** The time within which a part of the requests was done; null without requests. */
export function quantile(buckets: Bucket[], part: number): number | null {
  const all = buckets.reduce((count, bucket) => count + bucket.count, 0)
  let seen = 0
  for (const bucket of buckets) {
    seen += bucket.count
    if (seen >= all * part) return bucket.up_to
  }
  return null
}

export const time = (milliseconds: number | null) =>
  milliseconds === null ? '–' : milliseconds < 1 ? `${Math.round(milliseconds * 1000)} µs` : milliseconds < 1000 ? `${milliseconds.toLocaleString(undefined, { maximumFractionDigits: milliseconds < 10 ? 1 : 0 })} ms` : `${(milliseconds / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`

export const perSecond = (rate: number) => `${rate.toLocaleString(undefined, { maximumFractionDigits: rate < 10 ? 1 : 0 })}/s`
