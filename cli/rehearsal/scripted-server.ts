/** A server that says what it is told to say, behind a gate that does not know the difference. */
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { UpstreamRequest } from '../../sidecar/upstream/request.ts';
import type { Exchange, Upstream, UpstreamSink } from '../../sidecar/upstream/upstream.ts';

/** To one request: messages on its stream, and then the answer. */
export interface ServerSays {
  /** Without `jsonrpc`. */
  readonly messages?: readonly JsonObject[] | undefined;
  /** Default: a result that is empty. */
  readonly answer?: { readonly result: unknown } | { readonly error: unknown } | undefined;
}

const EVENTS = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };
const NO_EXCHANGE: Exchange = { resume() {}, abort() {} };

export class ScriptedServer implements Upstream {
  readonly url = undefined;
  /** All that reached it, in order. */
  readonly got: JsonObject[] = [];
  #says: ServerSays = {};

  /** To the next request. */
  willSay(says: ServerSays): void {
    this.#says = says;
  }

  send({ body }: UpstreamRequest, sink: UpstreamSink): Exchange {
    // Whoever sends takes the exchange first, and the answer later: as of every server.
    setImmediate(() => this.#answer(body, sink));
    return NO_EXCHANGE;
  }

  endpointIn(): undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  #answer(body: Buffer | undefined, sink: UpstreamSink): void {
    // Its stream of its own stays open, and says nothing.
    if (body === undefined) return sink.onHead(200, EVENTS);
    const message = parseJson(body.toString('utf8'));
    if (!isObject(message)) throw new Error('a gate sends one message at a time');
    this.got.push(message);
    if (message['method'] === undefined || message['id'] === undefined) {
      sink.onHead(202, {});
      return sink.onEnd();
    }
    const { messages = [], answer = { result: {} } } = this.#says;
    this.#says = {};
    const last = { jsonrpc: '2.0', id: message['id'], ...answer };
    sink.onHead(200, messages.length === 0 ? JSON_TYPE : EVENTS);
    for (const one of messages) sink.onData(messageEvent(JSON.stringify({ jsonrpc: '2.0', ...one })));
    sink.onData(messages.length === 0 ? Buffer.from(JSON.stringify(last)) : messageEvent(JSON.stringify(last)));
    sink.onEnd();
  }
}
