'use strict'

// A plugin for Kong's own plugin server for JavaScript, which the tests start.
class Greeter {
  constructor (config) {
    this.config = config
  }

  async access (kong) {
    const name = await kong.request.getHeader('x-name')
    if (name === undefined || name === null) {
      await kong.response.exit(400, { message: 'who are you?' }, { 'x-from': 'javascript' })
      return
    }

    const query = await kong.request.getQuery()
    const route = await kong.router.getRoute()
    await kong.ctx.shared.set('greeting', `${this.config.greeting}, ${name}`)
    await kong.service.request.setHeader('x-route', route.name)
    await kong.service.request.setHeader('x-colours', (query.colour || []).join('+'))
  }

  async response (kong) {
    await kong.response.setHeader('x-greeting', await kong.ctx.shared.get('greeting'))
    await kong.response.setHeader('x-service-status', await kong.service.response.getStatus())
  }

  async log (kong) {
    const entry = JSON.parse(await kong.log.serialize())
    await kong.log.notice('greeter saw ', entry.response.status)
  }
}

module.exports = {
  Plugin: Greeter,
  Schema: [{ greeting: { type: 'string', default: 'Hello', len_max: 20 } }],
  Version: '0.3.0',
  Priority: 10,
}
