// An OpenAPI document as a declarative configuration: a service, its servers as targets, a route for each path, and plugins for the security that it asks for.
import type { Entity, Json } from '../api'

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']
const record = (value: Json | undefined): Entity => (value && typeof value === 'object' && !Array.isArray(value) ? value : {})
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'api'

export const isOpenApi = (document: Entity) => typeof document.openapi === 'string' || typeof document.swagger === 'string'

/** Whether a text may be such a document at all, which costs less to tell than reading it. */
export const mayBeOpenApi = (text: string) => /^\s*\{?\s*["']?(openapi|swagger)["']?\s*:/m.test(text)

/** A path with parameters becomes a regex that ends where the path ends; without, it is the path and nothing below it. */
export function pathOf(template: string, base: string): string {
  const parts = (base.replace(/\/$/, '') + template).split(/(\{[^}]*\})/)
  const expression = parts.map((part) => (part.startsWith('{') ? `(?<${part.slice(1, -1).replace(/\W/g, '_').replace(/^(\d)/, '_$1')}>[^/]+)` : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')
  return `~${expression}$`
}

export function convert(document: Entity): { configuration: Entity; notes: string[] } {
  const notes = new Set<string>()
  const name = slug(String(record(document.info).title ?? 'api'))
  const tag = `openapi-${name}`
  const { service, upstreams, base } = placed(document, name, tag, notes)
  const names = new Set<string>()
  const routes = Object.entries(record(document.paths)).flatMap(([path, item]) => routesOf(document, path, resolved(document, item), notes).map(({ used, plugins }) => ({
    name: unused(slug(`${name}-${path.replace(/[{}]/g, '')}`), names), paths: [pathOf(path, base)], regex_priority: 100 - (path.match(/\{/g)?.length ?? 0),
    methods: used.map((method) => method.toUpperCase()), strip_path: false, tags: [tag], plugins: plugins.map((plugin) => ({ ...plugin, tags: [tag] })),
  })))
  // What every route asks for the service asks for.
  const common = routes.length && routes.every((route) => JSON.stringify(route.plugins) === JSON.stringify(routes[0].plugins)) ? routes[0].plugins : []
  const own = routes.map(({ plugins, ...route }) => (common.length || !plugins.length ? route : { ...route, plugins }))
  return {
    configuration: {
      _format_version: '3.0',
      _info: { select_tags: [tag] },
      services: [{ name, ...service, tags: [tag], routes: own, ...(common.length ? { plugins: common } : {}) }] as unknown as Json,
      ...(upstreams.length ? { upstreams: upstreams as Json } : {}),
    },
    notes: [...notes],
  }
}

/** Where requests go: one server is the service's address; several that differ in nothing but their host are targets of an upstream. */
function placed(document: Entity, name: string, tag: string, notes: Set<string>) {
  const told = list(document.servers).map((server) => addressOf(record(server)))
  if (document.host) told.push(`${list(document.schemes)[0] ?? 'https'}://${document.host}${document.basePath ?? ''}`)
  const servers = told.flatMap((text) => { try { return [new URL(text)] } catch { return [] } }).filter((url) => /^https?:$/.test(url.protocol))
  const relative = told.find((text) => text.startsWith('/')) ?? String(document.basePath ?? '')
  if (!servers.length) {
    notes.add('It names no server with a host. The service leads to http://localhost: say where the API is.')
    return { service: { url: 'http://localhost' }, upstreams: [], base: relative.replace(/\/$/, '') }
  }
  const [first] = servers
  const base = first.pathname.replace(/\/$/, '')
  const alike = servers.every((url) => url.protocol === first.protocol && url.pathname.replace(/\/$/, '') === base)
  if (servers.length === 1 || !alike) {
    if (servers.length > 1) notes.add(`Its servers differ in more than their hosts, so only the first is used: ${first.href}`)
    return { service: { url: `${first.protocol}//${first.host}` }, upstreams: [], base }
  }
  const upstream = `${name}.upstream`
  const port = first.protocol === 'https:' ? 443 : 80
  notes.add(`Requests are spread over its ${servers.length} servers.`)
  return {
    service: { protocol: first.protocol.slice(0, -1), host: upstream, port },
    upstreams: [{ name: upstream, tags: [tag], targets: [...new Set(servers.map((url) => `${url.hostname}:${url.port || port}`))].map((target) => ({ target, tags: [tag] })) }],
    base,
  }
}

// Variables of an address have defaults.
const addressOf = (server: Entity) => String(server.url ?? '').replace(/\{([^}]*)\}/g, (_, variable: string) => String(record(record(server.variables)[variable]).default ?? 'x'))

// A path may be written down elsewhere in the document.
function resolved(document: Entity, item: Json): Entity {
  const reference = record(item).$ref
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return record(item)
  return record(reference.slice(2).split('/').reduce<Json>((value, part) => record(value)[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] ?? null, document))
}

interface Plugin { name: string; config?: Entity }

/** The methods of a path, those that ask for the same security together. */
function routesOf(document: Entity, path: string, item: Entity, notes: Set<string>): { used: string[]; plugins: Plugin[] }[] {
  const groups = new Map<string, { used: string[]; plugins: Plugin[] }>()
  for (const method of methods.filter((candidate) => item[candidate])) {
    const operation = record(item[method])
    if (item.servers || operation.servers) notes.add(`${path} has servers of its own, which are not used.`)
    const plugins = pluginsOf(document, list(operation.security ?? document.security), notes)
    const key = JSON.stringify(plugins)
    const group = groups.get(key) ?? { used: [], plugins }
    group.used.push(method)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function pluginsOf(document: Entity, alternatives: Json[], notes: Set<string>): Plugin[] {
  if (!alternatives.length || alternatives.some((one) => !Object.keys(record(one)).length)) return []
  const schemes = { ...record(document.securityDefinitions), ...record(record(document.components).securitySchemes) }
  const ways = alternatives.map((one) => Object.keys(record(one)).map((name) => ({ name, plugin: pluginOf(record(schemes[name])) })))
  const way = ways.find((candidates) => candidates.every(({ plugin }) => plugin)) ?? ways[0]
  if (ways.length > 1) notes.add(`Where it accepts one of several ways to sign in, ${way.map(({ name }) => name).join(' and ')} is required.`)
  return way.flatMap(({ name, plugin }) => {
    notes.add(plugin ? `“${name}” becomes the plugin ${plugin.name}: consumers need credentials for it.` : `“${name}” is not checked by the gateway: there is no plugin for it here.`)
    return plugin ? [plugin] : []
  })
}

function pluginOf(scheme: Entity): Plugin | null {
  const kind = String(scheme.scheme ?? '').toLowerCase()
  if (scheme.type === 'apiKey' && (scheme.in === 'header' || scheme.in === 'query')) {
    return { name: 'key-auth', config: { key_names: [String(scheme.name)], key_in_header: scheme.in === 'header', key_in_query: scheme.in === 'query', key_in_body: false } }
  }
  if (scheme.type === 'basic' || (scheme.type === 'http' && kind === 'basic')) return { name: 'basic-auth' }
  return scheme.type === 'http' && kind === 'bearer' && /jwt/i.test(String(scheme.bearerFormat ?? '')) ? { name: 'jwt' } : null
}

function unused(name: string, names: Set<string>): string {
  let free = name
  for (let count = 2; names.has(free); count++) free = `${name}-${count}`
  names.add(free)
  return free
}
