// Why a form was not saved, as lines that lead to the fields where something is wrong.
import type { ApiError, Json } from '../api'
import type { Errors } from './faults'
import { type Field, label, listed, type NamedField } from './schema'

export interface Line { text: string; path?: string }

export const named = (path: string) => path.split('.').map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : label(part))).join(' › ')

/** Where in a form an error belongs: records are made of fields again, everything else is one. */
function places(path: string, field: Field | undefined, error: Json): string[] {
  if (error === null) return []
  const inner = field?.type === 'record' ? (name: string) => listed(field.fields).find((item) => item.name === name)?.field : field?.elements?.type === 'record' ? () => field.elements : null
  if (!inner || typeof error !== 'object') return [path]
  return Object.entries(error).flatMap(([name, text]) => (name === '@entity' ? [path] : places(`${path}.${name}`, inner(name), text)))
}

const texts = (error: Json) => (Array.isArray(error) ? error : [error]).filter((item) => item !== null).map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))

/** A line for each field where something is wrong, and before them what belongs to none. */
export function linesOf(errors: Errors, fields: NamedField[]): Line[] {
  const others = Object.entries(errors).filter(([name]) => !fields.some((item) => item.name === name))
    .flatMap(([name, error]) => texts(error).map((text) => ({ text: `${name === '@entity' ? '' : `${label(name)}: `}${text}` })))
  return [...others, ...fields.flatMap(({ name, field }) => places(name, field, errors[name] ?? null)).map((path) => ({ text: named(path), path }))]
}

// What the database refuses names the fields with what they hold, which is no sentence, and may be a secret.
const violated = (error: ApiError): Errors =>
  Object.fromEntries(Object.keys(error.fields).map((name) => [name, error.body.name === 'unique constraint violation' ? 'is taken already' : error.message]))

const isOfExpression = (text: string) => text.startsWith('Router Expression failed validation')

/** What the gateway has refused, each error at the field where it can be mended. */
export function errorsOf(error: ApiError, fields: NamedField[], isNewServiceWithoutUrl: boolean): Errors {
  const found = error.body.name === 'schema violation' ? { ...error.fields } : violated(error)
  if (found.host && isNewServiceWithoutUrl) found.url = 'give a URL, or a host below'
  // Of an expression the gateway says what is wrong with the route as a whole; it is written in one field.
  const whole = texts(found['@entity'] ?? null)
  if (whole.some(isOfExpression) && fields.some(({ name }) => name === 'expression')) {
    found.expression = whole.filter(isOfExpression).join(' ')
    found['@entity'] = whole.filter((text) => !isOfExpression(text))
  }
  return found
}
