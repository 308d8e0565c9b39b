// What of a form is sent: of a new entity what differs from the defaults, of one that was there what has been changed.
import type { Entity, Json } from '../api'
import { copy, type Field, initial, isList, isScalar, listed, type NamedField, same } from './schema'

export type Draft = Record<string, Json>

export const newDraft = (fields: NamedField[]): Draft => Object.fromEntries(fields.map(({ name, field }) => [name, initial(field)]))
export const draftOf = (entity: Entity, fields: NamedField[]): Draft => Object.fromEntries(fields.map(({ name }) => [name, copy(entity[name] ?? null)]))

/** Without rows that nobody has filled in. */
function tidied(field: Field, value: Json): Json {
  if (value === '') return null
  if (Array.isArray(value)) return isScalar(field.elements) ? value.filter((item) => item !== '' && item !== null) : value.map((item) => (field.elements ? tidied(field.elements, item) : item))
  if (!value || typeof value !== 'object') return value
  if (field.type === 'map') return Object.fromEntries(Object.entries(value).filter(([name]) => name))
  if (field.type !== 'record') return value
  const members = new Map(listed(field.fields).map((item) => [item.name, item.field]))
  return Object.fromEntries(Object.entries(value).map(([name, content]) => [name, members.has(name) ? tidied(members.get(name)!, content) : content]))
}

/** Without members that say nothing, so that the gateway's defaults come in. */
function pruned(field: Field, value: Json): Json {
  if (field.type === 'record' && value && typeof value === 'object' && !Array.isArray(value)) {
    const inner = listed(field.fields).flatMap(({ name, field: member }) => {
      const kept = pruned(member, value[name] ?? null)
      return kept === null && (member.default === undefined || member.default === null) ? [] : [[name, kept] as const]
    })
    return inner.length || field.required ? Object.fromEntries(inner) : null
  }
  return isList(field) && Array.isArray(value) && !value.length && !field.required && field.default === undefined ? null : value
}

export function newEntity(fields: NamedField[], draft: Draft): Entity {
  const sent: Entity = {}
  for (const { name, field } of fields) {
    const value = pruned(field, tidied(field, draft[name] ?? null))
    if (!same(value, field.default ?? null)) sent[name] = value
  }
  // A service's address is given as a whole or in parts.
  if (sent.url) delete sent.host
  return sent
}

export function changesOf(fields: NamedField[], draft: Draft, original: Entity): Entity {
  const sent: Entity = {}
  for (const { name, field } of fields) {
    const [before, after] = [original[name] ?? null, draft[name] ?? null]
    if (!same(after, before)) sent[name] = tidied(field, after)
  }
  return sent
}
