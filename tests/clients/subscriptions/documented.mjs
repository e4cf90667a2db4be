// Subscribes with the client of docs/websocket.md, and prints a line of JSON for each change.
// usage: node documented.mjs ADDRESS TOKEN
import { client } from '../../../build/clients/documented.mjs'

const query = `
  subscription Changes($after: String) {
    waitingEventChanges(filter: { search: "resume" }, after: $after) {
      ... on WaitingEventAdded { event { correlation { id } } cursor }
    }
  }
`
const variables = {}
client.subscribe(
  { query, variables },
  {
    next({ data }) {
      const { cursor, event } = data.waitingEventChanges
      variables.after = cursor
      console.log(JSON.stringify({ change: event.correlation.id }))
    },
    error: console.error,
    complete() {},
  },
)
