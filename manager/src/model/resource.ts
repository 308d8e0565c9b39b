// What an address of the manager is about: an entity of its own, or one that belongs to another.
import { type Entity, find, get, sameVersion, segment } from '../api'
import type { IconName } from '../components/icons'
import { credentials, kindOf } from './kinds'

export interface Resource { list: string; schema: string; one: string; title: string; icon: IconName; essential: string[]; back: string; owner?: string }

export interface Address { kind: string; id?: string; owner?: string; ownerId?: string }

export function resourceOf(address: Address): Resource | null {
  const { kind, owner, ownerId } = address
  if (owner === 'upstreams' && kind === 'targets') {
    return { list: `/upstreams/${segment(ownerId)}/targets`, schema: 'targets', one: 'target', title: 'Targets', icon: 'upstream', essential: ['target', 'weight', 'tags'], back: `/upstreams/${segment(ownerId)}?tab=targets`, owner: 'upstream' }
  }
  if (owner === 'consumers') {
    const credential = credentials.find((item) => item.path === kind)
    return credential ? { list: `/consumers/${segment(ownerId)}/${kind}`, schema: credential.schema, one: credential.one, title: credential.title, icon: 'key', essential: ['key', 'username', 'password', 'secret', 'group', 'name', 'client_id', 'client_secret', 'redirect_uris', 'algorithm', 'rsa_public_key', 'ttl', 'tags'], back: `/consumers/${segment(ownerId)}?tab=credentials`, owner: 'consumer' } : null
  }
  const found = owner ? undefined : kindOf(kind)
  return found ? { list: `/${found.path}`, schema: found.schema, one: found.one, title: found.title, icon: found.icon, essential: found.essential, back: `/${found.path}` } : null
}

/** An entity as it is now. A consumer group comes with its members around it. */
export async function fetchEntity(resource: Resource, id: string): Promise<Entity> {
  const answer = await get(`${resource.list}/${segment(id)}`)
  return resource.schema === 'consumer_groups' && answer.consumer_group ? sameVersion(answer.consumer_group as Entity, answer) : answer
}

export async function findEntity(resource: Resource, id: string): Promise<Entity | null> {
  const answer = await find(`${resource.list}/${segment(id)}`)
  return answer && resource.schema === 'consumer_groups' && answer.consumer_group ? (answer.consumer_group as Entity) : answer
}
