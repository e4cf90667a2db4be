// The editor, and who asks: a bearer token that this tab remembers until it is closed.
const ENDPOINT = location.pathname
const REMEMBERED = 'bpmn-events.token'
const FIRST_QUERY = `# What waits, longest first.
# Ctrl+Enter runs it, Ctrl+Space completes.
query Waiting {
  waitingEvents(first: 10) {
    __typename
    ... on WaitingEventConnection {
      totalCount
      nodes {
        id
        elementId
        name
        eventType
        lane
        correlation {
          id
        }
      }
    }
    ... on Error {
      code
      message
    }
  }
}
`

const token = document.getElementById('token')
const whoami = document.getElementById('whoami')

const authorization = () => (token.value.trim() ? { Authorization: `Bearer ${token.value.trim()}` } : {})

async function showCaller() {
  const query = '{ viewer { ... on Viewer { subject permissions lanes } ... on Error { message } } }'
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization() },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = await response.json()
  const viewer = data?.viewer
  whoami.textContent = viewer?.subject
    ? `${viewer.subject}: ${viewer.permissions.join(', ') || 'no permission'}; lanes ${viewer.lanes.join(', ') || 'none'}`
    : (viewer?.message ?? errors?.[0]?.message ?? `The server answered ${response.status}.`)
}

token.value = sessionStorage.getItem(REMEMBERED) ?? ''
token.addEventListener('change', () => {
  sessionStorage.setItem(REMEMBERED, token.value)
  showCaller()
})
document.getElementById('caller').addEventListener('submit', (event) => event.preventDefault())
showCaller()

const send = GraphiQL.createFetcher({ url: ENDPOINT })
const fetcher = (operation, options) =>
  send(operation, { ...options, headers: { ...authorization(), ...options?.headers } })

ReactDOM.createRoot(document.getElementById('editor')).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUERY, shouldPersistHeaders: false }),
)
