import { createClient } from '../../../build/recipes/urql/client'
import { follow } from '../../../build/recipes/urql/liveList'
import { print, setting, signal } from './output'

const client = createClient(setting('SERVER'), () => setting('TOKEN'))
const filter = { processModelKeys: ['two-steps'] }
void follow(client, filter, (events) => print(events.values()), signal)
