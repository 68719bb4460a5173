/** One message to an MCP server over Streamable HTTP, and what it answers: as JSON, or as an event of a stream. */
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import { parseJson } from '../core/mcp/parse-json.ts';
import { readFields } from '../core/mcp/sse.ts';
import { SseSplitter } from '../core/mcp/sse-splitter.ts';

/** Bytes that are still read from a server, whatever it sends: more than any list of tools that a model could read. */
export class Room {
  #left = 16 * 1024 * 1024;

  /** Throws where that is more than is read. */
  take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Error('it answers with more than 16 MiB');
  }
}
/** Of one event. */
const MAX_EVENT = 16 * 1024 * 1024;

export interface Exchange {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** The JSON-RPC message that has the id of the request; undefined: there is none. */
  readonly answer: JsonObject | undefined;
}

/** Throws where nobody answers, with a redirection, or with more than there is room for. */
export async function postMessage(
  url: URL,
  headers: Readonly<Record<string, string>>,
  message: JsonObject,
  signal: AbortSignal,
  room: Room,
): Promise<Exchange> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(message),
    // A token is for the server that was named.
    redirect: 'error',
    signal,
  });
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  const { id } = message;
  const from = isStream ? fromEvents : fromText;
  const answer = id === undefined ? undefined : await from(response, id, room);
  await response.body?.cancel();
  return { status: response.status, sessionId: response.headers.get('mcp-session-id') ?? undefined, answer };
}

async function fromText(response: Response, id: unknown, room: Room): Promise<JsonObject | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    room.take(chunk.length);
    chunks.push(chunk);
  }
  return answerIn(Buffer.concat(chunks), id);
}

/** The stream may stay open behind the answer. */
async function fromEvents(response: Response, id: unknown, room: Room): Promise<JsonObject | undefined> {
  const splitter = new SseSplitter(MAX_EVENT);
  for await (const chunk of response.body ?? []) {
    room.take(chunk.length);
    for (const event of splitter.push(Buffer.from(chunk))) {
      const { data } = readFields(event);
      const answer = data === undefined ? undefined : answerIn(data, id);
      if (answer !== undefined) return answer;
    }
  }
  return undefined;
}

function answerIn(bytes: Buffer, id: unknown): JsonObject | undefined {
  try {
    const message = parseJson(bytes.toString('utf8'));
    return isObject(message) && message['id'] === id ? message : undefined;
  } catch {
    return undefined;
  }
}
