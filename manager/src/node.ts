// What GET / says of the node, asked once and shared.
import { reactive } from 'vue'
import { type Entity, get } from './api'

export const node = reactive({
  loaded: false,
  version: '',
  hostname: '',
  id: '',
  product: '',
  database: '',
  role: '',
  routerFlavor: '',
  vaults: [] as string[],
  mayOnlyRead: false,
  plugins: {} as Record<string, { priority: number; version: string }>,
})

/** Whether entities cannot be changed one by one: there is no database, or the token is one for reading. */
export const isReadOnly = () => node.loaded && (node.database === 'off' || node.mayOnlyRead)

export async function describeNode() {
  const root = await get('/')
  const configuration = root.configuration as Entity
  const plugins = root.plugins as Entity
  node.version = String(root.version)
  node.hostname = String(root.hostname)
  node.id = String(root.node_id)
  node.product = String((configuration.gibbon as Entity | undefined)?.version ?? '')
  node.database = String(configuration.database)
  node.role = String(configuration.role)
  node.routerFlavor = String(configuration.router_flavor)
  node.vaults = (Array.isArray(configuration.vaults) ? configuration.vaults.map(String) : []).filter((name) => name !== 'bundled' && name !== 'off')
  node.mayOnlyRead = (configuration.gibbon as Entity | undefined)?.read_only === true
  node.plugins = plugins.available_on_server as unknown as typeof node.plugins
  node.loaded = true
}
