// Stop following what waits as soon as it is listed. The program ends if the reader then leaves no connection open.
import { followWaitingEvents } from "../../../docs/recipes/fetch_reader.mjs";

const [server, token] = process.argv.slice(2);
const watching = new AbortController();
await followWaitingEvents({ server, token: () => token, onChange: () => watching.abort(), signal: watching.signal });
