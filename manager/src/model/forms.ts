// Which fields a form has: those of the schema, and what a schema cannot say.
import type { Entity } from '../api'
import { node } from '../node'
import type { Address, Resource } from './resource'
import { type NamedField, schemaOf } from './schema'

export const VAULT = 'env'

// The gateway's own affair.
const INTERNAL = ['id', 'created_at', 'updated_at', 'ws_id', 'cert_digest', 'org', 'cache_key']

const URL: NamedField = { name: 'url', field: { type: 'string', description: 'Protocol, host, port and path in one. Or fill them in below, one by one.' } }
const GROUP: NamedField = { name: 'consumer_group', field: { type: 'foreign', reference: 'consumer_groups', description: 'Only requests of its consumers' } }

const merge = (base: NamedField[], own: NamedField[]) => [
  ...base.map((item) => own.find((other) => other.name === item.name) ?? item),
  ...own.filter((item) => !base.some((other) => other.name === item.name)),
]

/** The fields of an entity. A plugin and a vault are described in two parts: what all have, and what those of its name have. */
export async function fieldsOf(schema: string, name: string): Promise<NamedField[]> {
  const base = await schemaOf(schema)
  if ((schema !== 'plugins' && schema !== 'vaults') || !name) return base
  // Kong's schema does not know groups of consumers; the gateway does.
  const groups = schema === 'plugins' && !base.some((item) => item.name === GROUP.name) ? [GROUP] : []
  return merge([...base, ...groups], await schemaOf(`${schema}/${encodeURIComponent(name)}`))
}

/** The fields of a form; the entity is what there is of it, its name for example. */
export async function fieldsOfForm(resource: Resource, { kind, id }: Address, entity: Entity): Promise<NamedField[]> {
  const isNew = !id
  const name = String(entity.name ?? '')
  if (kind === 'plugins' && !name) throw new Error('Choose a plugin first.')
  const fields = await fieldsOf(resource.schema, name)
  const shown = fields.filter(({ name: member, field }) =>
    !INTERNAL.includes(member) && !(field.auto && field.type !== 'string') && field.eq === undefined && field.type !== 'function' && member !== resource.owner && !(kind === 'plugins' && member === 'name'))
  if (kind === 'vaults') {
    const kinds = isNew ? [...new Set([VAULT, ...node.vaults])] : [name]
    return shown.map((item) => (item.name === 'name' ? { name: 'name', field: { ...item.field, required: true, one_of: kinds, description: 'The kind of vault' } } : item))
  }
  if (kind === 'services' && isNew) return [URL, ...shown.map((item) => (item.name === 'host' ? { name: 'host', field: { ...item.field, required: false } } : item))]
  return shown
}
