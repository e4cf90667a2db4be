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

// The name and the data of each event (HTML Standard, section 9.2). This server sends each of them in one line.
async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).split('\n\n')
    rest = blocks.pop()
    for (const block of blocks) {
      const field = (name) => block.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1]
      yield { name: field('event'), data: field('data') }
    }
  }
}

async function ask(operation, headers, signal, next) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream;q=0.9', ...headers },
    body: JSON.stringify(operation),
    signal,
  })
  if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) return next(await response.json())
  for await (const { name, data } of readEvents(response.body)) {
    if (name === 'next') next(JSON.parse(data))
    if (name === 'complete') return
  }
  throw new Error('The connection has ended. Run the subscription again.')
}

// Returns an observable for every operation. The server answers subscriptions with an event stream, which needs no more
// than other requests do from proxies and from the policy of this page.
const fetcher = (operation, options) => ({
  subscribe(observer) {
    const controller = new AbortController()
    ask(operation, { ...authorization(), ...options?.headers }, controller.signal, (result) => observer.next(result)).then(
      () => observer.complete(),
      (error) => controller.signal.aborted || observer.error(error),
    )
    return { unsubscribe: () => controller.abort() }
  },
})

ReactDOM.createRoot(document.getElementById('editor')).render(
  React.createElement(GraphiQL, { fetcher, defaultQuery: FIRST_QUERY, shouldPersistHeaders: false }),
)
