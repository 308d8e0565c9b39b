// The kinds of entities that have pages: what the schema does not say about them.
import type { Entity, Json } from '../api'
import type { IconName } from '../components/icons'
import { nameOf } from './schema'

/** `share` is the part of a list's width that a column gets, where it is another than that of its kind. */
export interface Column { title: string; of: (entity: Entity) => Json | undefined; link?: string; kind?: 'tags' | 'time' | 'state' | 'code' | 'list' | 'scope'; share?: number }
export interface Related { kind: string; title: string; by: string }
export interface Kind {
  path: string
  schema: string
  title: string
  one: string
  icon: IconName
  about: string
  columns: Column[]
  /** Shown first in forms; the rest stands below, folded. */
  essential: string[]
  related?: Related[]
}

const list = (value: Json | undefined) => (Array.isArray(value) ? value : [])
const reference = (name: string) => (entity: Entity) => (entity[name] as Entity | null)?.id
const named: Column = { title: 'Name', of: nameOf }
const tags: Column = { title: 'Tags', of: (entity) => list(entity.tags), kind: 'tags' }
const updated: Column = { title: 'Updated', of: (entity) => entity.updated_at ?? entity.created_at, kind: 'time' }
const enabled: Column = { title: 'State', of: (entity) => entity.enabled !== false, kind: 'state' }

export const url = (service: Entity) =>
  `${service.protocol}://${service.host}${service.port ? ':' + service.port : ''}${service.path ?? ''}`

/** What a plugin is limited to; nothing means every request. */
export const scopes = (plugin: Entity) =>
  ['route', 'service', 'consumer', 'consumer_group'].filter((name) => plugin[name]).map((name) => ({ name, id: String((plugin[name] as Entity).id) }))

export const scope = (plugin: Entity) => scopes(plugin).map(({ name }) => name.replace('_', ' ')).join(', ') || 'global'

const matches = (route: Entity): Json[] => route.expression ? [route.expression]
  : [...list(route.methods), ...list(route.hosts), ...list(route.paths), ...list(route.snis)]

export const kinds: Kind[] = [
  {
    path: 'services', schema: 'services', title: 'Services', one: 'service', icon: 'service',
    about: 'A service is an API or application behind the gateway: where requests go.',
    columns: [named, { title: 'URL', of: url, kind: 'code' }, enabled, tags, updated],
    essential: ['name', 'url', 'protocol', 'host', 'port', 'path', 'tags', 'enabled'],
    related: [{ kind: 'routes', title: 'Routes', by: 'service' }, { kind: 'plugins', title: 'Plugins', by: 'service' }],
  },
  {
    path: 'routes', schema: 'routes', title: 'Routes', one: 'route', icon: 'route',
    about: 'A route says which requests go to a service: by method, host, path, headers.',
    columns: [named, { title: 'Matches', of: matches, kind: 'list', share: 2.3 }, { title: 'Protocols', of: (route) => list(route.protocols), kind: 'list' }, { title: 'Service', of: reference('service'), link: 'services' }, tags, updated],
    essential: ['name', 'service', 'expression', 'priority', 'paths', 'methods', 'hosts', 'headers', 'protocols', 'strip_path', 'tags'],
    related: [{ kind: 'plugins', title: 'Plugins', by: 'route' }],
  },
  {
    path: 'consumers', schema: 'consumers', title: 'Consumers', one: 'consumer', icon: 'consumer',
    about: 'A consumer is somebody who uses the APIs: a person, a team, an application.',
    columns: [{ title: 'Username', of: nameOf }, { title: 'Custom ID', of: (consumer) => consumer.custom_id, kind: 'code' }, tags, updated],
    essential: ['username', 'custom_id', 'tags'],
    related: [{ kind: 'plugins', title: 'Plugins', by: 'consumer' }],
  },
  {
    path: 'consumer_groups', schema: 'consumer_groups', title: 'Consumer groups', one: 'consumer group', icon: 'group',
    about: 'Consumers that plugins treat alike, with a rate limit of their own for example.',
    columns: [named, tags, updated], essential: ['name', 'tags'],
    related: [{ kind: 'plugins', title: 'Plugins', by: 'consumer_group' }],
  },
  {
    path: 'plugins', schema: 'plugins', title: 'Plugins', one: 'plugin', icon: 'plugin',
    about: 'Plugins do something with requests: authenticate, limit, transform, log.',
    columns: [named, { title: 'Instance', of: (plugin) => plugin.instance_name }, { title: 'Applies to', of: scope, kind: 'scope' }, enabled, tags, updated],
    essential: ['route', 'service', 'consumer', 'consumer_group', 'config', 'enabled'],
  },
  {
    path: 'upstreams', schema: 'upstreams', title: 'Upstreams', one: 'upstream', icon: 'upstream',
    about: 'An upstream spreads requests over several targets and knows which of them are healthy.',
    columns: [named, { title: 'Algorithm', of: (upstream) => upstream.algorithm }, tags, updated],
    essential: ['name', 'algorithm', 'hash_on', 'hash_fallback', 'slots', 'tags'],
  },
  {
    path: 'certificates', schema: 'certificates', title: 'Certificates', one: 'certificate', icon: 'certificate',
    about: 'Certificates that the gateway shows to clients, chosen by SNI.',
    columns: [{ title: 'ID', of: (certificate) => certificate.id, kind: 'code' }, { title: 'SNIs', of: (certificate) => list(certificate.snis), kind: 'list' }, tags, updated],
    essential: ['cert', 'key', 'snis', 'tags'],
  },
  {
    path: 'ca_certificates', schema: 'ca_certificates', title: 'CA certificates', one: 'CA certificate', icon: 'authority',
    about: 'Authorities that the gateway trusts when it checks the certificates of services.',
    columns: [{ title: 'ID', of: (certificate) => certificate.id, kind: 'code' }, { title: 'Digest', of: (certificate) => String(certificate.cert_digest ?? '').slice(0, 16), kind: 'code' }, tags, updated],
    essential: ['cert', 'tags'],
  },
  {
    path: 'snis', schema: 'snis', title: 'SNIs', one: 'SNI', icon: 'sni',
    about: 'Host names, each with the certificate that is shown for it.',
    columns: [named, { title: 'Certificate', of: reference('certificate'), link: 'certificates' }, tags, updated],
    essential: ['name', 'certificate', 'tags'],
  },
  {
    path: 'vaults', schema: 'vaults', title: 'Vaults', one: 'vault', icon: 'vault',
    about: 'Where secrets come from: {vault://prefix/name} in a setting is replaced by what the vault holds.',
    columns: [{ title: 'Prefix', of: (vault) => vault.prefix }, { title: 'Kind', of: (vault) => vault.name }, { title: 'Description', of: (vault) => vault.description }, tags, updated],
    essential: ['name', 'prefix', 'description', 'config', 'tags'],
  },
  {
    path: 'keys', schema: 'keys', title: 'Keys', one: 'key', icon: 'key',
    about: 'Public and private keys that plugins use, as JWK or PEM.',
    columns: [named, { title: 'Key ID', of: (key) => key.kid, kind: 'code' }, { title: 'Key set', of: reference('set'), link: 'key-sets' }, tags, updated],
    essential: ['name', 'kid', 'set', 'jwk', 'pem', 'tags'],
  },
  {
    path: 'key-sets', schema: 'key_sets', title: 'Key sets', one: 'key set', icon: 'keyset',
    about: 'Keys that belong together.',
    columns: [named, tags, updated], essential: ['name', 'tags'],
    related: [{ kind: 'keys', title: 'Keys', by: 'set' }],
  },
]

export const kindOf = (path: string) => kinds.find((kind) => kind.path === path)

/** Where entities that a field refers to are found. */
export const pathOf = (schema: string) => kinds.find((kind) => kind.schema === schema)?.path ?? schema

/** What consumers prove themselves with. */
export const credentials = [
  { path: 'key-auth', schema: 'keyauth_credentials', title: 'API keys', one: 'API key', shows: ['key', 'ttl'] },
  { path: 'basic-auth', schema: 'basicauth_credentials', title: 'Passwords', one: 'password', shows: ['username'] },
  { path: 'jwt', schema: 'jwt_secrets', title: 'JWT', one: 'JWT credential', shows: ['key', 'algorithm', 'secret'] },
  { path: 'hmac-auth', schema: 'hmacauth_credentials', title: 'HMAC', one: 'HMAC credential', shows: ['username', 'secret'] },
  { path: 'oauth2', schema: 'oauth2_credentials', title: 'OAuth 2.0 applications', one: 'application', shows: ['name', 'client_id', 'client_secret'] },
  { path: 'acls', schema: 'acls', title: 'ACL groups', one: 'ACL group', shows: ['group'] },
]
