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
  plugins: {} as Record<string, { priority: number; version: string }>,
})

export const isReadOnly = () => node.loaded && node.database === 'off'

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
  node.plugins = plugins.available_on_server as unknown as typeof node.plugins
  node.loaded = true
}
