// What whoever looks over a shoulder must not read: which values are secret, and what stands in their place until they are asked for.
import type { Entity, Json } from '../api'
import { type Field, memberOf, type NamedField } from './schema'

export const HIDDEN = '••••••••••••'

// Kong marks some secrets as encrypted and forgets others: the tokens of acme's storages, the secret of a JWT, headers with credentials.
const NAME = /^key(_alt)?$|(^|[_-])(authorization|cookie|password|passwd|token|secret(_v\d+)?|apikey|(private|priv|access|api|provision|hmac|aws)[_-]?key)$/i

/** Whether what a field holds is a secret: the schema says so, or its name does. */
export const isSecret = (name: string, field?: Field) => !!field?.encrypted || NAME.test(name)

/** What only tells where a secret is kept may be read. */
export const isReference = (value: Json | undefined) => typeof value === 'string' && value.startsWith('{vault://')

export const isHidden = (name: string, field: Field | undefined, value: Json | undefined): value is string =>
  typeof value === 'string' && value !== '' && isSecret(name, field) && !isReference(value)

/** A value with all that is secret in it hidden. */
export function concealed(name: string, value: Json, field?: Field): Json {
  if (isHidden(name, field, value)) return HIDDEN
  if (Array.isArray(value)) return value.map((item) => concealed(name, item, { type: 'string', ...field?.elements, encrypted: field?.encrypted || field?.elements?.encrypted }))
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([inner, content]) => [inner, concealed(inner, content, memberOf(field, inner))]))
  return value
}

export const concealedEntity = (entity: Entity, fields: NamedField[]): Entity =>
  Object.fromEntries(Object.entries(entity).map(([name, value]) => [name, concealed(name, value, fields.find((item) => item.name === name)?.field)]))

/** What is said of a value, without the value when it is a secret. */
export const withoutSecret = (text: string, name: string, field: Field | undefined, value: Json | undefined) =>
  isHidden(name, field, value) ? text.replaceAll(value, HIDDEN) : text
