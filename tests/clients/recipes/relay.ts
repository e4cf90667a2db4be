import { createOperationDescriptor, getRequest } from 'relay-runtime'
import { WebSocket } from 'ws'
import { createEnvironment, keepCurrent, waiting } from '../../../build/recipes/relay/LiveList'
import type { LiveListQuery$data } from '../../../build/recipes/relay/__generated__/LiveListQuery.graphql'
import { print, setting } from './output'

/** As in browsers and in Node.js 22, which do not wait forever until a WebSocket opens. */
class LimitedWebSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { handshakeTimeout: 4_000 })
  }
}

Object.assign(globalThis, { WebSocket: LimitedWebSocket })

const environment = createEnvironment(setting('SERVER'), () => setting('TOKEN'))
const operation = createOperationDescriptor(getRequest(waiting), { key: 'two-steps', first: 500 })
environment.retain(operation)
environment.subscribe(environment.lookup(operation.fragment), ({ data }) => {
  const model = (data as unknown as LiveListQuery$data | undefined)?.processModel
  if (model?.__typename === 'ProcessModel') print(model.waitingEvents.edges.map(({ node }) => node))
})
keepCurrent(environment, 'two-steps')
