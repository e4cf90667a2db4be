// Subscribes with one of the usual clients over HTTP, and resumes by cursor whenever the stream is interrupted.
// usage: node over_http.mjs CLIENT ADDRESS TOKEN COUNT
// It writes a line of JSON for the first connection, each change and each interruption, and ends after COUNT changes.
import { ApolloClient, gql as apolloGql, HttpLink, InMemoryCache } from '@apollo/client'
import { Client, fetchExchange, gql as urqlGql } from '@urql/core'
import { createClient } from 'graphql-sse'

const [name, address, token, count] = process.argv.slice(2)
const url = `${address}/graphql`
const headers = { Authorization: `Bearer ${token}` }
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
const retryWait = () => new Promise((resolve) => setTimeout(resolve, 300))
const write = (line) => console.log(JSON.stringify(line))
let seen = 0

function take(data) {
  const change = data.waitingEventChanges
  variables.after = change.cursor
  write({ change: change.event?.correlation.id ?? change.__typename })
  if (++seen === Number(count)) process.exit(0)
}

const messages = (errors) => errors.map(({ message, extensions }) => ({ message, code: extensions?.code }))

const clients = {
  // Its own retries send the variables as they are then.
  'graphql-sse': () => {
    const client = createClient({ url, headers, retryAttempts: 100, retry: retryWait })
    client.subscribe(
      { query, variables },
      {
        next: ({ data, errors }) => (errors ? write({ errors: messages(errors) }) : take(data)),
        error: (error) => write({ failed: String(error.message ?? error) }),
        complete: () => write({ complete: true }),
      },
    )
  },
  apollo: () => {
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: url, headers }) })
    const document = apolloGql(query)
    const again = () => retryWait().then(subscribe)
    function subscribe() {
      let interrupted = false
      client.subscribe({ query: document, variables: { ...variables }, fetchPolicy: 'no-cache' }).subscribe({
        next({ data, error }) {
          if (data) return take(data)
          interrupted = true
          write({ errors: messages(error.errors ?? [error]) })
        },
        error: (error) => {
          interrupted = true
          write({ errors: messages([error]) })
          again()
        },
        complete: () => {
          write({ complete: true })
          if (interrupted) again()
        },
      })
    }
    subscribe()
  },
  urql: () => {
    const client = new Client({
      url, exchanges: [fetchExchange], fetchSubscriptions: true, preferGetMethod: false, fetchOptions: { headers },
    })
    const document = urqlGql(query)
    function subscribe() {
      client.subscription(document, { ...variables }).subscribe(({ data, error }) => {
        if (!error) return take(data)
        write({ errors: messages(error.graphQLErrors.length ? error.graphQLErrors : [error]) })
        retryWait().then(subscribe)
      })
    }
    subscribe()
  },
}

write({ started: true })
clients[name]()
