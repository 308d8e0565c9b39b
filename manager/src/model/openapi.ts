// An OpenAPI document as a declarative configuration: one service for the first server, one route for each path and its methods.
import type { Entity, Json } from '../api'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const record = (value: Json | undefined): Entity => (value && typeof value === 'object' && !Array.isArray(value) ? value : {})
export const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'api'

export const isOpenApi = (document: Entity) => typeof document.openapi === 'string' || typeof document.swagger === 'string'

/** A path with parameters becomes a regex that ends where the path ends; without, it is the path and nothing below it. */
export function pathOf(template: string, base: string): string {
  const parts = (base.replace(/\/$/, '') + template).split(/(\{[^}]*\})/)
  const expression = parts.map((part) => (part.startsWith('{') ? `(?<${part.slice(1, -1).replace(/\W/g, '_').replace(/^(\d)/, '_$1')}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')
  return `~${expression}$`
}

export function convert(document: Entity): Entity {
  const title = String(record(document.info).title ?? 'api')
  const name = slug(title)
  const tag = `openapi-${name}`
  const server = Array.isArray(document.servers) ? String(record(document.servers[0]).url ?? '') : document.host ? `${Array.isArray(document.schemes) ? document.schemes[0] : 'https'}://${document.host}${document.basePath ?? ''}` : ''
  const url = /^https?:\/\//.test(server) ? new URL(server.replace(/\{[^}]*\}/g, 'x')) : null
  const base = url ? url.pathname.replace(/\/$/, '') : server.startsWith('/') ? server : ''
  const routes = Object.entries(record(document.paths)).flatMap(([path, item]) => {
    const used = methods.filter((method) => record(item)[method])
    return used.length ? [{ name: slug(`${name}-${path.replace(/[{}]/g, '')}`), paths: [pathOf(path, base)], methods: used.map((method) => method.toUpperCase()), strip_path: false, tags: [tag] }] : []
  })
  return {
    _format_version: '3.0',
    _info: { select_tags: [tag] },
    services: [{ name, url: url ? `${url.protocol}//${url.host}` : 'http://localhost', tags: [tag], routes }],
  }
}
