import { createClient } from '../../../build/recipes/apollo/client'
import { keepCurrent, WAITING } from '../../../build/recipes/apollo/liveList'
import { print, setting, signal } from './output'

const client = createClient(setting('SERVER'), () => setting('TOKEN'))
const filter = { processModelKeys: ['two-steps'] }
client.watchQuery({ query: WAITING, variables: { filter }, fetchPolicy: 'cache-only' }).subscribe(({ data }) => {
  const listed = data?.waitingEvents
  if (listed && 'nodes' in listed && listed.nodes) print(listed.nodes.flatMap((node) => (node?.id ? [{ id: node.id }] : [])))
})
void keepCurrent(client, filter, signal)
