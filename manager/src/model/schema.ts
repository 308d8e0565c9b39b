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

/** The schema of a member of a record or a map. */
export const memberOf = (field: Field | undefined, name: string): Field | undefined =>
  listed(field?.fields).find((item) => item.name === name)?.field ?? field?.values

export const isScalar = (field?: Field) => !!field && ['string', 'integer', 'number'].includes(field.type)

export const isList = (field: Field) => field.type === 'array' || field.type === 'set'

const LONG = /^(cert|cert_alt|rsa_public_key|private_key|public_key|jwk|body)$/
const CODE = /(^|\.)(certificate|rewrite|access|header_filter|body_filter|log|functions|ws_handshake|ws_client_frame|ws_upstream_frame|ws_close)\.\d+$/

/** Whether the text at a path has lines: keys in PEM, bodies, functions in Lua. A certificate's key has; one of a consumer or an account is a word. */
export const isLong = (path: string, field: Field) =>
  field.type === 'string' && (CODE.test(path) || (/^key(_alt)?$/.test(path) ? !!field.encrypted : LONG.test(path.split('.').at(-1)!)))

export const label = (name: string) => {
  const words = name.replaceAll('_', ' ')
  const upper = words.replace(/\b(id|url|uri|https|http|tls|ssl|sni|ip|jwt|acl|ttl|ca|pem|jwk|kid|api|ai|aws|dns|tcp|udp|grpc|hmac|oauth2|cors|rsa|hs|smtp)(s?)\b/gi, (_, word: string, plural: string) => word.toUpperCase() + plural)
  return upper.charAt(0).toUpperCase() + upper.slice(1)
}

/** What an entity is called: its name, or what comes closest. */
export function nameOf(entity: Entity | null | undefined): string {
  if (!entity) return ''
  for (const key of ['name', 'username', 'custom_id', 'instance_name', 'prefix', 'target', 'group', 'kid']) {
    const value = entity[key]
    if (typeof value === 'string' && value) return value
  }
  // A certificate has no name; people know it by the host names it is for.
  if (typeof entity.cert === 'string' && Array.isArray(entity.snis) && entity.snis.length) return entity.snis.slice(0, 3).join(', ')
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
