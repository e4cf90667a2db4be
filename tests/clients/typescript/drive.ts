// A program that lists and triggers events of a running server with the generated TypeScript client. It causes every
// member of the result union, and prints one line of JSON for each result to the test that started it.
import {
  DeployProcessModelDocument,
  StartProcessInstanceDocument,
  TriggerEventDocument,
  type TriggerEventInput,
  type TriggerEventMutation,
  type TypedDocumentString,
  WaitingEventsDocument,
  type WaitingEventsQuery,
} from '../../../build/clients/typescript/graphql'

type TriggerEventOutcome = TriggerEventMutation['triggerEvent']
type WaitingEventRow = Extract<
  WaitingEventsQuery['waitingEvents'],
  { __typename: 'WaitingEventConnection' }
>['nodes'][number]

class Client {
  constructor(
    private readonly address: string,
    private readonly token: string | null,
    private readonly byId = Boolean(process.env['DRIVE_BY_ID']),
  ) {}

  async execute<Data, Variables>(document: TypedDocumentString<Data, Variables>, variables: Variables): Promise<Data> {
    const response = await fetch(this.address, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(this.token === null ? {} : { Authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ ...this.textOrId(document), variables }),
    })
    const body = (await response.json()) as { data?: Data; errors?: unknown }
    if (body.data === undefined || body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
    return body.data
  }

  /** Returns the text of the document, or its id as a trusted document. */
  private textOrId<Data, Variables>(document: TypedDocumentString<Data, Variables>): { documentId: string } | { query: string } {
    const hash: unknown = document.__meta__?.['hash']
    return this.byId ? { documentId: `sha256:${hash}` } : { query: document.toString() }
  }

  async list(correlationId: string): Promise<WaitingEventRow[]> {
    const { waitingEvents } = await this.execute(WaitingEventsDocument, { filter: { correlationIds: [correlationId] } })
    if (waitingEvents.__typename !== 'WaitingEventConnection') throw new Error(waitingEvents.message)
    return waitingEvents.nodes
  }

  async trigger(input: TriggerEventInput): Promise<TriggerEventOutcome> {
    const { triggerEvent } = await this.execute(TriggerEventDocument, { input })
    return triggerEvent
  }

  async deploy(bpmnXml: string): Promise<void> {
    const { deployProcessModel } = await this.execute(DeployProcessModelDocument, { input: { bpmnXml } })
    if (deployProcessModel.__typename !== 'DeployProcessModelSuccess') throw new Error(deployProcessModel.message)
  }

  async start(processModelKey: string, correlationId: string): Promise<void> {
    const { startProcessInstance } = await this.execute(StartProcessInstanceDocument, {
      input: { processModelKey, correlationId },
    })
    if (startProcessInstance.__typename !== 'StartProcessInstanceSuccess') throw new Error(startProcessInstance.message)
  }
}

/** Returns a description made of the fields that only this member has. An unhandled member does not compile. */
function describe(outcome: TriggerEventOutcome): string {
  switch (outcome.__typename) {
    case 'TriggerEventSuccess':
      return `${outcome.processInstance.state}, next ${outcome.nextWaitingEvents.map((event) => event.elementId).join(', ')}`
    case 'InvalidPayloadError':
      return outcome.violations.map(({ path, keyword }) => `${keyword} at ${path || '/'}`).join(', ')
    case 'UnauthorizedError':
      return outcome.code
    case 'ForbiddenError':
      return outcome.requiredPermission
    case 'ProcessModelNotFoundError':
      return outcome.processModelKey
    case 'CorrelationNotFoundError':
      return outcome.correlationId
    case 'EventNotFoundError':
      return `${outcome.reason} by ${outcome.trigger?.triggeredBy ?? 'an unknown caller'}`
    case 'EventAmbiguousError':
      return outcome.candidates.map((candidate) => candidate.elementId).join(', ')
    case 'ConflictError':
      return `retryable ${outcome.retryable}`
    case 'ProcessFailedError':
      return outcome.elementId ?? 'unknown element'
    case 'EngineUnavailableError':
      return `outcome unknown ${outcome.outcomeUnknown}, again in ${outcome.retryAfterSeconds} s`
    default:
      return assertNever(outcome)
  }
}

function assertNever(outcome: never): never {
  throw new Error(`not in the schema: ${JSON.stringify(outcome)}`)
}

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

function only<Item>(items: Item[]): Item {
  const [item, ...more] = items
  if (item === undefined || more.length > 0) throw new Error(`expected one item, not ${items.length}`)
  return item
}

async function main(): Promise<void> {
  const address = setting('DRIVE_URL')
  const ada = new Client(address, setting('DRIVE_TOKEN'))
  const reader = new Client(address, setting('DRIVE_READER_TOKEN'))
  const anonymous = new Client(address, null)
  const print = (outcome: TriggerEventOutcome) =>
    console.log(JSON.stringify({ typename: outcome.__typename, description: describe(outcome) }))

  await ada.deploy(setting('DRIVE_BPMN'))
  await ada.start('brittle', 'once')
  const event = only(await ada.list('once'))
  const input: TriggerEventInput = {
    processModelKey: event.processModel.key,
    correlationId: event.correlation.id,
    eventId: event.id,
    payload: { way: 'right' },
  }
  print(await anonymous.trigger(input))
  print(await reader.trigger(input))
  print(await ada.trigger({ ...input, processModelKey: 'elsewhere' }))
  print(await ada.trigger({ ...input, correlationId: 'elsewhere' }))
  print(await ada.trigger({ ...input, payload: { way: 7 } }))
  print(await ada.trigger({ ...input, payload: { way: 'wrong' } }))
  print(await ada.trigger({ ...input, idempotencyKey: 'a client' }))
  print(await ada.trigger(input))

  await ada.start('brittle', 'twice')
  print(await ada.trigger({ ...input, correlationId: 'twice', eventId: event.elementId, idempotencyKey: 'a client' }))
  await ada.start('brittle', 'twice')
  print(await ada.trigger({ ...input, correlationId: 'twice', eventId: event.elementId }))
}

main().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
