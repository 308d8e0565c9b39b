// The Admin API describes every entity and plugin by a schema; forms and details are drawn from it.
import { type Entity, get, type Json } from '../api'

export interface Field {
  type: string
  required?: boolean
  default?: Json
  one_of?: Json[]
  elements?: Field
  keys?: Field
  values?: Field
  fields?: { [name: string]: Field }[]
  reference?: string
  eq?: Json
  auto?: boolean
  between?: [number, number]
  gt?: number
  len_min?: number
  len_max?: number
  description?: string
  encrypted?: boolean
  referenceable?: boolean
  len_eq?: number
  immutable?: boolean
  deprecation?: Json
}

export interface NamedField { name: string; field: Field }

const known = new Map<string, Promise<NamedField[]>>()

/** The fields of `routes`, of `plugins/key-auth`, and so on. */
export function schemaOf(name: string): Promise<NamedField[]> {
  let asked = known.get(name)
  if (!asked) {
    asked = get(`/schemas/${name}`).then((schema) => listed(schema.fields as unknown as Field['fields']))
    asked.catch(() => known.delete(name))
    known.set(name, asked)
  }
  return asked
}

export const listed = (fields: Field['fields']): NamedField[] =>
  (fields ?? []).flatMap((item) => Object.entries(item).map(([name, field]) => ({ name, field })))

export const copy = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)))

/** What a form begins with. */
export function initial(field: Field): Json {
  if (field.default !== undefined) return copy(field.default)
  if (field.type === 'record' && field.required) return Object.fromEntries(listed(field.fields).map(({ name, field: inner }) => [name, initial(inner)]))
  return null
}

/** What has been filled in, without what is empty: the gateway puts its defaults there. */
export function filled(value: Json): Json {
  if (value === '' || value === undefined) return null
  return value
}

export const isSecret = (name: string, field: Field) =>
  !!field.encrypted || /(^|_)(password|secret|private_key|priv_key|token|access_key|api_key)$/.test(name) || name === 'key' || name === 'key_alt'

export const isLong = (name: string) => /^(cert|cert_alt|key|key_alt|pem|rsa_public_key|private_key|public_key|expression|jwk|body|access|rewrite|log|header_filter|body_filter|certificate)$/.test(name)

export const label = (name: string) => {
  const words = name.replaceAll('_', ' ')
  const upper = words.replace(/\b(id|url|uri|http|https|tls|ssl|sni|snis|ip|jwt|acl|ttl|ca|pem|jwk|kid|api|ai|aws|dns|tcp|udp|grpc|hmac|oauth2|cors|rsa|hs|smtp)\b/gi, (word) => word.toUpperCase())
  return upper.charAt(0).toUpperCase() + upper.slice(1)
}

/** What an entity is called: its name, or what comes closest. */
export function nameOf(entity: Entity | null | undefined): string {
  if (!entity) return ''
  for (const key of ['name', 'username', 'custom_id', 'instance_name', 'prefix', 'target', 'key', 'group', 'kid']) {
    const value = entity[key]
    if (typeof value === 'string' && value && key !== 'key') return value
  }
  return String(entity.id ?? '')
}

/** What is wrong, as sentences: errors may be nested as the value is. */
export const flat = (error: Json): string[] =>
  error === null ? []
    : Array.isArray(error) ? error.flatMap(flat)
      : typeof error === 'object' ? Object.entries(error).flatMap(([name, inner]) => flat(inner).map((text) => (name === '@entity' ? text : `${name}: ${text}`)))
        : [String(error)]

/** Whether two values say the same, whatever the order of their members. */
export const same = (a: Json | undefined, b: Json | undefined): boolean => text(a) === text(b)

const text = (value: Json | undefined): string =>
  value === null || value === undefined ? 'null'
    : Array.isArray(value) ? `[${value.map(text).join()}]`
      : typeof value === 'object' ? `{${Object.keys(value).sort().filter((key) => value[key] !== null).map((key) => `${JSON.stringify(key)}:${text(value[key])}`).join()}}`
        : JSON.stringify(value)
