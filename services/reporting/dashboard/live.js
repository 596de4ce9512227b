// Server-sent events by `fetch`, which unlike EventSource sends the token in a header and never in an address.

import { address, headers } from "./reports.js";
import { token } from "./session.js";

const AGAIN_MS = 1_000;
const AGAIN_MS_MAX = 30_000;

/** Follow `path`; `hear` gets each event's data, `change` whether one is connected. Returns a function that stops it. */
export function follow(path, query, { hear, change }) {
  const stopping = new AbortController();
  run(address(path, query), hear, change, stopping.signal);
  return () => stopping.abort();
}

async function run(url, hear, change, signal) {
  let last = "";
  let wait = AGAIN_MS;
  while (!signal.aborted && token() !== null) {
    try {
      const answer = await fetch(url, { headers: { ...headers(), Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) }, signal });
      // What is refused now is refused again.
      if (answer.status >= 400 && answer.status < 500) return;
      if (!answer.ok) throw new Error(String(answer.status));
      change(true);
      for await (const event of events(answer.body)) {
        wait = AGAIN_MS;
        last = event.id || last;
        if (event.data) hear(JSON.parse(event.data));
      }
    } catch {
      if (signal.aborted) return;
    }
    change(false);
    await new Promise((done) => setTimeout(done, wait));
    wait = Math.min(2 * wait, AGAIN_MS_MAX);
  }
}

/** The events of a stream: what stands between blank lines. Comments are left out. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = { id: "", data: "" };
      for (const line of block.split("\n")) {
        const [name, ...rest] = line.split(": ");
        if (name in event) event[name] += rest.join(": ");
      }
      yield event;
    }
  }
}
