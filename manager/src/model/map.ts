// Where on the map everything stands: a row for each service, its routes to the left of it, its upstream and targets to the right.
import type { Entity, Json } from '../api'
import { url } from './kinds'
import { nameOf } from './schema'
import type { Rate, Rates } from './traffic'

export interface Box { key: string; x: number; y: number; title: string; text: string; to: string; tone?: string; row: number; rate?: Rate }
export interface Line { key: string; d: string; row: number; width: number }
export interface Behind { routes: Entity[]; upstream?: Entity; targets: Entity[] }

export const WIDTH = 1180
export const BOX = { w: 238, h: 42 }
export const COLUMNS = [14, 324, 634, 928]
/** A line along which nothing is known to go. */
export const THIN = 1.4
const STEP = BOX.h + 10
const BETWEEN = 14
// What is more than that is one box that says how many.
const MOST = 4
const TONES: Record<string, string> = { HEALTHY: 'good', UNHEALTHY: 'bad', DNS_ERROR: 'bad' }

const list = (value: Json | undefined) => (Array.isArray(value) ? value.map(String) : [])
const matches = (route: Entity) => (route.expression ? String(route.expression) : [...list(route.methods), ...list(route.hosts), ...list(route.paths)].join(' ') || 'everything')
const few = (entities: Entity[]): (Entity | null)[] => (entities.length > MOST ? [...entities.slice(0, MOST - 1), null] : entities)

export function draw(services: Entity[], behind: (service: Entity) => Behind, flow: Rates | null) {
  const boxes: Box[] = []
  const lines: Line[] = []
  const highest = Math.max(1, ...Object.values(flow?.services ?? {}).map((rate) => rate.per_second))

  function connect(from: Box, to: Box) {
    const carried = Math.min(from.rate?.per_second ?? 0, to.rate?.per_second ?? Infinity)
    const [x, y, toX, toY] = [from.x + BOX.w, from.y + BOX.h / 2, to.x, to.y + BOX.h / 2]
    lines.push({ key: `${from.key}-${to.key}`, row: from.row, width: flow ? THIN + 6 * Math.sqrt(carried / highest) : THIN, d: `M${x} ${y}C${x + 36} ${y} ${toX - 36} ${toY} ${toX} ${toY}` })
  }

  let top = 34
  services.forEach((service, row) => {
    const { routes, upstream, targets } = behind(service)
    const [left, right] = [few(routes), few(targets)]
    const height = Math.max(1, left.length, right.length) * STEP
    const place = (count: number, at: number) => top + (height - count * STEP) / 2 + at * STEP
    const centre: Box = { key: `s${service.id}`, x: COLUMNS[1], y: place(1, 0), title: nameOf(service), text: url(service), to: `/services/${service.id}`, row, rate: flow?.services[String(service.id)] }
    left.forEach((route, at) => {
      const box: Box = route
        ? { key: `r${route.id}`, x: COLUMNS[0], y: place(left.length, at), title: nameOf(route), text: matches(route), to: `/routes/${route.id}`, row, rate: flow?.routes[String(route.id)] }
        : { key: `rmore${row}`, x: COLUMNS[0], y: place(left.length, at), title: `${routes.length - MOST + 1} more`, text: 'routes', to: `/services/${service.id}?tab=routes`, row }
      boxes.push(box)
      connect(box, centre)
    })
    boxes.push(centre)
    if (upstream) {
      const to = `/upstreams/${upstream.id}?tab=targets`
      const pool: Box = { key: `u${row}`, x: COLUMNS[2], y: place(1, 0), title: nameOf(upstream), text: `${targets.length} target${targets.length === 1 ? '' : 's'}`, to, row, rate: flow?.upstreams[String(upstream.id)] }
      boxes.push(pool)
      connect(centre, pool)
      right.forEach((target, at) => {
        const health = String(target?.health ?? '')
        const box: Box = { key: `t${row}.${at}`, x: COLUMNS[3], y: place(right.length, at), to, row, ...(target
          ? { title: String(target.target), text: health.replaceAll('_', ' ').toLowerCase(), tone: TONES[health], rate: flow?.targets[String(target.id)] }
          : { title: `${targets.length - MOST + 1} more`, text: 'targets' }) }
        boxes.push(box)
        connect(pool, box)
      })
    }
    top += height + BETWEEN
  })
  return { boxes, lines, height: top }
}
