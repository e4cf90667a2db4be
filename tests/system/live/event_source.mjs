// Watches a stream with the EventSource package, whose option `fetch` sets the token. Prints a line of JSON per event.
import { EventSource } from 'eventsource'

const [url, token] = process.argv.slice(2)
const source = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
})
for (const name of ['added', 'removed', 'cursor', 'expired']) {
  source.addEventListener(name, (event) => {
    console.log(JSON.stringify({ name, id: event.lastEventId, data: JSON.parse(event.data) }))
  })
}
source.addEventListener('error', (event) => {
  if (source.readyState === EventSource.CLOSED) {
    console.log(JSON.stringify({ name: 'closed', status: event.code ?? null }))
  }
})
