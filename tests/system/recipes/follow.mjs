// Follow what waits at a server, and print a line with the ids and elements of the waiting events for each change.
const [reader, server, token, filter] = process.argv.slice(2);
const { followWaitingEvents } = await import(reader);
await followWaitingEvents({
  server,
  token: () => token,
  filter: JSON.parse(filter),
  onChange: (events) => console.log(JSON.stringify([...events.values()].map(({ id, elementId }) => ({ id, elementId })))),
  signal: new AbortController().signal,
});
