// A program that follows the waiting events of a running server with the generated TypeScript client and graphql-ws. It
// prints one line of JSON for the list and for each change to the test that started it. When its connection breaks,
// graphql-ws connects again, with the variables of that time: they have the cursor after the last change.
import { type Client as Subscriber, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import {
  EventTriggerChangesDocument,
  type TypedDocumentString,
  WaitingEventChangesDocument,
  type WaitingEventChangesSubscription,
  type WaitingEventChangesSubscriptionVariables,
  WaitingEventsDocument,
  type WaitingEventsQuery,
} from '../../../build/clients/typescript/graphql'

type Change = WaitingEventChangesSubscription['waitingEventChanges']

const address = setting('DRIVE_URL')
const authorization = { Authorization: `Bearer ${setting('DRIVE_TOKEN')}` }
const byId = Boolean(process.env['DRIVE_BY_ID'])
const events = new Map<string, string>()

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

function report(typename: string, description: string): void {
  console.log(JSON.stringify({ typename, description }))
}

/** Returns the text of the document, or its id as a trusted document. */
function textOrId<Data, Variables>(document: TypedDocumentString<Data, Variables>): { documentId: string } | { query: string } {
  const hash: unknown = document.__meta__?.['hash']
  return byId ? { documentId: `sha256:${hash}` } : { query: document.toString() }
}

/** Yields the data of each payload until the caller stops, or an error ends the operation. */
async function* subscribe<Data, Variables extends Record<string, unknown>>(
  client: Subscriber,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
): AsyncGenerator<Data> {
  const payload = { query: '', ...textOrId(document), variables }
  for await (const { data, errors } of client.iterate<Data>(payload)) {
    if (!data || errors) throw new Error(JSON.stringify(errors))
    yield data
  }
}

async function list(): Promise<string> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...authorization },
    body: JSON.stringify({ ...textOrId(WaitingEventsDocument), variables: { first: 500 } }),
  })
  const { waitingEvents } = ((await response.json()) as { data: WaitingEventsQuery }).data
  if (waitingEvents.__typename !== 'WaitingEventConnection') throw new Error(waitingEvents.message)
  events.clear()
  for (const event of waitingEvents.nodes) events.set(event.id, event.correlation.id)
  report(waitingEvents.__typename, [...events.values()].join(', '))
  return waitingEvents.changesCursor
}

/** Applies a change, and returns the cursor after it. An unhandled member does not compile. */
async function apply(change: Change): Promise<string> {
  switch (change.__typename) {
    case 'WaitingEventAdded':
      events.set(change.event.id, change.event.correlation.id)
      report(change.__typename, `${change.event.elementId} in ${change.event.correlation.id}`)
      return change.cursor
    case 'WaitingEventRemoved': {
      const caller = change.trigger?.triggeredBy ?? 'nobody'
      report(change.__typename, `${change.reason} in ${events.get(change.eventId)} by ${caller}`)
      if (!events.delete(change.eventId)) throw new Error(`${change.eventId} does not wait`)
      return change.cursor
    }
    case 'ChangesExpiredError':
      report(change.__typename, change.code)
      return list()
    case 'EngineUnavailableError':
    case 'UnauthorizedError':
    case 'ForbiddenError':
    case 'ProcessModelNotFoundError':
    case 'CorrelationNotFoundError':
      throw new Error(change.message)
    default:
      return assertNever(change)
  }
}

function assertNever(change: never): never {
  throw new Error(`not in the schema: ${JSON.stringify(change)}`)
}

async function main(): Promise<void> {
  const client = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: authorization,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 200)),
  })
  const beginning = await list()
  const variables: WaitingEventChangesSubscriptionVariables = { after: beginning }
  for await (const { waitingEventChanges } of subscribe(client, WaitingEventChangesDocument, variables)) {
    variables.after = await apply(waitingEventChanges)
    if (waitingEventChanges.__typename === 'WaitingEventRemoved' && events.size === 0) break
  }
  // The triggers since the beginning, with another subscription.
  for await (const { eventTriggerChanges } of subscribe(client, EventTriggerChangesDocument, { after: beginning })) {
    if (eventTriggerChanges.__typename !== 'EventTriggerAdded') throw new Error(eventTriggerChanges.message)
    const { elementId, correlation } = eventTriggerChanges.trigger
    report(eventTriggerChanges.__typename, `${elementId} in ${correlation.id}`)
    break
  }
  await client.dispose()
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
