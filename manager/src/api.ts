// The Admin API as pages see it: one function per verb, errors as values of one class, and one place that knows whether the gateway is there.
import { reactive } from 'vue'

// Texts before truths: to a component whose property may be either, Vue hands an empty text as the one that comes first.
export type Json = null | string | number | boolean | Json[] | { [name: string]: Json }
export type Entity = { [name: string]: Json }
export interface Page { data: Entity[]; next: string | null; offset?: string }

interface KongConfiguration { ADMIN_GUI_PATH?: string; ADMIN_API_URL?: string; ADMIN_API_PORT?: string; ADMIN_API_SSL_PORT?: string }
declare global { interface Window { K_CONFIG?: KongConfiguration } }

const configuration = window.K_CONFIG ?? {}
const TOKEN = 'gibbon-admin-token'

export const basePath = (configuration.ADMIN_GUI_PATH ?? '/').replace(/\/$/, '') + '/'

/** Whether the gateway answers, and whether it wants a token. */
export const connection = reactive({ lost: false, needsToken: false, epoch: 0 })

function apiBase(): string {
  const url = configuration.ADMIN_API_URL
  if (url) return (url.includes('://') ? url : `${location.protocol}//${url}`).replace(/\/$/, '')
  const tls = location.protocol === 'https:'
  const port = (tls ? configuration.ADMIN_API_SSL_PORT || configuration.ADMIN_API_PORT : configuration.ADMIN_API_PORT || configuration.ADMIN_API_SSL_PORT) || '8001'
  const scheme = port === configuration.ADMIN_API_SSL_PORT && port !== configuration.ADMIN_API_PORT ? 'https:' : 'http:'
  return `${scheme}//${location.hostname}:${port}`
}

export const apiUrl = apiBase()

export class ApiError extends Error {
  constructor(readonly status: number, readonly body: Entity) {
    super(typeof body.message === 'string' ? body.message : status === 0 ? 'The gateway does not answer' : `The gateway answered ${status}`)
  }

  /** What the schema says of each field, as the Admin API nests it. */
  get fields(): { [name: string]: Json } {
    const fields = this.body.fields
    return fields && typeof fields === 'object' && !Array.isArray(fields) ? fields : {}
  }
}

export const token = {
  get: () => sessionStorage.getItem(TOKEN) ?? '',
  set: (value: string) => (value ? sessionStorage.setItem(TOKEN, value) : sessionStorage.removeItem(TOKEN)),
}

/** Encodes what names an entity, so that no name leads to another path. */
export const segment = (text: Json | undefined) => encodeURIComponent(String(text))

const versions = new WeakMap<Entity, string>()

/** The version in which an entity came, to be sent back with a change of it. */
export const versionOf = (entity: Entity) => versions.get(entity)

/** What stands inside an answer is in the version that the answer tells. */
export function sameVersion(inner: Entity, answer: Entity): Entity {
  const version = versions.get(answer)
  if (version) versions.set(inner, version)
  return inner
}

export async function send(method: string, path: string, body?: Json | string, type = 'application/json', version?: string): Promise<Entity> {
  const headers: Record<string, string> = {}
  if (version) headers['If-Match'] = version
  if (token.get()) headers['Kong-Admin-Token'] = token.get()
  if (body !== undefined) headers['Content-Type'] = type
  let response: Response
  try {
    response = await fetch(apiUrl + path, {
      method,
      headers,
      body: body === undefined ? undefined : type === 'application/json' ? JSON.stringify(body) : String(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(30000),
    })
  } catch {
    if (!connection.lost) {
      connection.lost = true
      setTimeout(lookAgain, 1000)
    }
    throw new ApiError(0, {})
  }
  connection.lost = false
  const text = await response.text()
  let answer: Entity = {}
  try {
    const parsed: Json = text ? JSON.parse(text) : {}
    answer = parsed && typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : { data: parsed }
  } catch {
    answer = { message: text.slice(0, 300) }
  }
  if (response.status === 401) connection.needsToken = true
  if (!response.ok) throw new ApiError(response.status, answer)
  const tag = response.headers.get('ETag')
  if (tag) versions.set(answer, tag)
  return answer
}

async function lookAgain() {
  try {
    await send('GET', '/status')
    connection.epoch++
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0) connection.epoch++
    else setTimeout(lookAgain, 2000)
  }
}

export const get = (path: string) => send('GET', path)
export const page = async (path: string) => (await send('GET', path)) as unknown as Page

/** The entity, or null when there is none. */
export async function find(path: string): Promise<Entity | null> {
  try {
    return await get(path)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 400)) return null
    throw error
  }
}

/** Goes through a collection page by page until the visitor has enough. */
export async function each(path: string, visit: (entities: Entity[]) => boolean | void, most = 100) {
  let next: string | null = `${path}${path.includes('?') ? '&' : '?'}size=1000`
  for (let count = 0; next && count < most; count++) {
    const found: Page = await page(next)
    if (visit(found.data) === false) return
    next = found.next && !/[?&]size=/.test(found.next) ? `${found.next}&size=1000` : found.next
  }
}
