// The published client of the consumer API, driven against a server: what it is told, as one line of JSON for each call.
const { HttpClient } = require('@essential-projects/http')
const { ConsumerApiClient, ExternalAccessor } = require('@process-engine/consumer_api_client')

const { DRIVE_URL, DRIVE_TOKEN, DRIVE_READER_TOKEN } = process.env
const http = new HttpClient()
http.config = { url: DRIVE_URL }
const client = new ConsumerApiClient(new ExternalAccessor(http))
const somebody = { token: DRIVE_TOKEN, userId: 'ada' }
const reader = { token: DRIVE_READER_TOKEN, userId: 'reader' }

const told = (name, value) => console.log(JSON.stringify({ name, ...value }))

const lists = {
  'of a model': () => client.getEventsForProcessModel(somebody, 'drive'),
  'of a correlation': () => client.getEventsForCorrelation(somebody, 'case 1'),
  'of both': () => client.getEventsForProcessModelInCorrelation(somebody, 'drive', 'case 1'),
  'of an unknown model': () => client.getEventsForProcessModel(somebody, 'elsewhere'),
  'of an unknown correlation': () => client.getEventsForCorrelation(somebody, 'elsewhere'),
  'the second of all': () => client.getEventsForProcessModel(somebody, 'drive', 1, 1),
}
const refusals = {
  'without a token': () => client.getEventsForProcessModel({ token: 'nonsense', userId: '?' }, 'drive'),
  'without the permission': () => client.triggerMessageEvent(reader, 'go'),
  'with a payload that is no object': () => client.triggerSignalEvent(somebody, 'alarm', ['alarm']),
}

async function main() {
  for (const [name, list] of Object.entries(lists)) told(name, await list())
  for (const [name, call] of Object.entries(refusals)) {
    await call().then(
      () => told(name, { accepted: true }),
      (error) => told(name, { error: error.constructor.name, message: error.message }),
    )
  }
  await client.triggerMessageEvent(somebody, 'go', { way: 'right' })
  await client.triggerSignalEvent(somebody, 'alarm')
  told('in the end', await client.getEventsForProcessModel(somebody, 'drive'))
}

main()
