// Keep a list of what waits current with fetch alone: in browsers, and in Node.js 18 or newer.

const LIST = `query ($filter: WaitingEventFilter, $after: String) {
  waitingEvents(first: 200, filter: $filter, after: $after) {
    ... on WaitingEventConnection {
      changesCursor pageInfo { hasNextPage endCursor }
      nodes { id elementId name eventType lane waitingSince }
    }
    ... on Error { message }
  }
}`;
const SILENCE = 40_000; // milliseconds; the server sends something at least every 12 seconds
const FIRST_PAUSE = 500;
const LAST_PAUSE = 30_000;

/**
 * Call `onChange(events)` with a Map of events by id, when they are listed and after each change, until `signal` aborts.
 * `token` is a function, so that each connection has the current token. `filter` is a WaitingEventFilter of GraphQL.
 */
export async function followWaitingEvents({ server, token, filter = {}, onChange, onError = console.warn, signal }) {
  let events = new Map();
  let cursor = null;
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    try {
      const headers = { Authorization: `Bearer ${await token()}` };
      if (cursor === null) {
        [events, cursor] = await list(server, headers, filter, signal);
        onChange(events);
      }
      for await (const change of changes(server, headers, filter, cursor, signal)) {
        pause = FIRST_PAUSE;
        cursor = change.id;
        if (change.event === "added") events.set(change.data.id, change.data);
        if (change.event === "removed") events.delete(change.data.eventId);
        if (change.event === "expired") cursor = null; // changes are missing: list again
        if (cursor === null) break;
        if (change.event !== "cursor") onChange(events);
      }
    } catch (error) {
      if (signal.aborted) return;
      onError(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
    pause = Math.min(pause * 2, LAST_PAUSE);
  }
}

async function list(server, headers, filter, signal) {
  const events = new Map();
  const patience = limitSilence(signal);
  let cursor, after;
  try {
    do {
      const body = JSON.stringify({ query: LIST, variables: { filter, after } });
      const request = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body };
      const response = checked(await fetch(`${server}/graphql`, { ...request, signal: patience.signal }));
      const { data } = await response.json();
      patience.restart();
      const page = data.waitingEvents;
      if (page.message) throw new Error(page.message);
      cursor ??= page.changesCursor; // the first page's: the changes after it complete all pages
      for (const event of page.nodes) events.set(event.id, event);
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : undefined;
    } while (after);
  } finally {
    patience.end();
  }
  return [events, cursor];
}

async function* changes(server, headers, filter, after, signal) {
  const patience = limitSilence(signal);
  try {
    const url = `${server}/events/changes?${parameters(filter, after)}`;
    const response = checked(await fetch(url, { headers, signal: patience.signal }));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return;
      patience.restart();
      const blocks = (text + value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s)));
        if (fields.data) yield { ...fields, data: JSON.parse(fields.data) };
      }
    }
  } finally {
    patience.end();
  }
}

/** Return a signal that aborts with the given one, at the end, and if nothing restarts the time for long. */
function limitSilence(signal) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timer;
  function restart() {
    clearTimeout(timer);
    timer = setTimeout(abort, SILENCE);
  }
  function end() {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    abort();
  }
  restart();
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  return { signal: controller.signal, restart, end };
}

/** Return the query parameters of a filter: `processModelKeys: ["order"]` is `process_model_key=order`. */
function parameters(filter, after) {
  const query = new URLSearchParams({ after });
  for (const [name, value] of Object.entries(filter)) {
    if (value == null) continue;
    const parameter = name.replace(/s$/, "").replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    for (const each of [value].flat()) query.append(parameter, each);
  }
  return query;
}

function checked(response) {
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  return response;
}
