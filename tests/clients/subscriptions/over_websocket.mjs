// Subscribes with graphql-ws, whose own retries continue after the last cursor: they send the variables as they are then.
// usage: node over_websocket.mjs ADDRESS COUNT TOKEN...
// Each connection takes the next token, and then the last one. It writes a line of JSON for the first connection, each
// change and each end of a connection, and ends after COUNT changes.
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

const [address, count, ...tokens] = process.argv.slice(2)
const query = `
  subscription Changes($after: String) {
    waitingEventChanges(filter: { search: "resume" }, after: $after) {
      __typename
      ... on WaitingEventAdded { event { correlation { id } } cursor }
      ... on WaitingEventRemoved { cursor }
      ... on Error { code message }
    }
  }
`
const variables = {}
const write = (line) => console.log(JSON.stringify(line))
let seen = 0

const client = createClient({
  url: `${address.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: () => ({ Authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
  retryAttempts: 100,
  shouldRetry: () => true, // also while nothing listens, which is an error and no end of a connection
  retryWait: () => new Promise((resolve) => setTimeout(resolve, 300)),
  on: {
    closed: ({ code, reason }) => write({ closed: code, reason }),
    ping: (received, payload) => {
      if (received && payload?.cursor) variables.after = payload.cursor
    },
  },
})
client.subscribe(
  { query, variables },
  {
    next({ data }) {
      const change = data.waitingEventChanges
      if (change.cursor) variables.after = change.cursor
      write({ change: change.event?.correlation.id ?? change.__typename })
      if (++seen === Number(count)) process.exit(0)
    },
    error: (error) => write({ errors: Array.isArray(error) ? error.map(({ message }) => message) : [String(error)] }),
    complete: () => write({ complete: true }),
  },
)
write({ started: true })
