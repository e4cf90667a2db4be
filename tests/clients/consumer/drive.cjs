// A program that calls a server with the published client of the consumer API, and prints the result of each call as one
// line of JSON.
const { HttpClient } = require('@essential-projects/http')
const { ConsumerApiClient, ExternalAccessor } = require('@process-engine/consumer_api_client')

const { DRIVE_URL, DRIVE_TOKEN, DRIVE_READER_TOKEN } = process.env
const http = new HttpClient()
http.config = { url: DRIVE_URL }
const client = new ConsumerApiClient(new ExternalAccessor(http))
const ada = { token: DRIVE_TOKEN, userId: 'ada' }
const reader = { token: DRIVE_READER_TOKEN, userId: 'reader' }

const print = (name, value) => console.log(JSON.stringify({ name, ...value }))

const lists = {
  'of a model': () => client.getEventsForProcessModel(ada, 'drive'),
  'of a correlation': () => client.getEventsForCorrelation(ada, 'case 1'),
  'of a model in a correlation': () => client.getEventsForProcessModelInCorrelation(ada, 'drive', 'case 1'),
  'of an unknown model': () => client.getEventsForProcessModel(ada, 'elsewhere'),
  'of an unknown correlation': () => client.getEventsForCorrelation(ada, 'elsewhere'),
  'the second page': () => client.getEventsForProcessModel(ada, 'drive', 1, 1),
}
const rejectedCalls = {
  'without a token': () => client.getEventsForProcessModel({ token: 'nonsense', userId: '?' }, 'drive'),
  'without the permission': () => client.triggerMessageEvent(reader, 'go'),
  'with a payload that is no object': () => client.triggerSignalEvent(ada, 'alarm', ['alarm']),
}

async function main() {
  for (const [name, list] of Object.entries(lists)) print(name, await list())
  for (const [name, call] of Object.entries(rejectedCalls)) {
    await call().then(
      () => print(name, { accepted: true }),
      (error) => print(name, { error: error.constructor.name, message: error.message }),
    )
  }
  await client.triggerMessageEvent(ada, 'go', { way: 'right' })
  await client.triggerSignalEvent(ada, 'alarm')
  print('afterwards', await client.getEventsForProcessModel(ada, 'drive'))
}

main()
