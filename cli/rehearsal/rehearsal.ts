/**
 * A conversation of one client with a server, through a gate: the whole path of a call and all checks of its answer, with nothing left
 * out but the network, the disk, the clock and the person who approves. What a policy makes of a message is what a gate makes of it,
 * because it is one.
 */
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DecisionInput } from '../../core/audit/record.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { StdioServer } from '../../sidecar/downstream/stdio/server.ts';
import type { DefinitionLine } from '../../sidecar/memory/definition-lines.ts';
import type { ServerSays } from './scripted-server.ts';
import { Stage } from './stage.ts';

/** What one request came to. */
export interface Exchange {
  /** What the client gets under the id of its request. */
  readonly answer: JsonObject;
  /** What it hears besides, in order. */
  readonly heard: readonly JsonObject[];
  /** What reached the server, the request first; empty: nothing did. */
  readonly got: readonly JsonObject[];
  /** What goes on record; the call itself last. */
  readonly lines: readonly DecisionInput[];
}

export const VERSION = '2025-11-25';

/** For conditions: when it is, and what the client speaks; what is undefined is now, and what most speak. */
export interface Setting {
  readonly now?: number | undefined;
  readonly protocol?: string | undefined;
  /** The gate that others speak to as well; default: one of its own. */
  readonly stage?: Stage | undefined;
}

/** It can be asked whatever there is. */
const CAPABILITIES = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } };

export class Rehearsal {
  readonly #stage: Stage;
  readonly #input = new PassThrough();
  readonly #said: JsonObject[] = [];
  #served: Promise<void> | undefined = undefined;
  #answered: ((id: unknown) => void) | undefined = undefined;
  #id = 0;
  readonly #protocol: string;

  constructor(policy: Policy, principal: Principal, { now, protocol = VERSION, stage }: Setting = {}) {
    this.#protocol = protocol;
    this.#stage = stage ?? new Stage(policy, now);
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#take(parseJson(chunk.toString('utf8')));
        done();
      },
    });
    this.#served = new StdioServer(this.#stage.gate, principal, output).serve(this.#input);
  }

  /** `instructions`: what the server says of itself. */
  async open(instructions?: string): Promise<Exchange> {
    const server = {
      protocolVersion: this.#protocol,
      capabilities: {},
      serverInfo: { name: 'rehearsal', version: '1' },
    };
    const result = instructions === undefined ? server : { ...server, instructions };
    const client = { name: 'rehearsal', version: '1' };
    const params = { protocolVersion: this.#protocol, capabilities: CAPABILITIES, clientInfo: client };
    return this.ask('initialize', params, { answer: { result } });
  }

  async ask(method: string, params: JsonObject, says: ServerSays = {}): Promise<Exchange> {
    const id = ++this.#id;
    const { server, audit } = this.#stage;
    const [said, got, lines] = [this.#said.length, server.got.length, audit.lines.length];
    server.willSay(says);
    const answered = new Promise<void>((resolve) => {
      this.#answered = (other) => {
        if (other === id) resolve();
      };
    });
    this.#input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    await answered;
    // What goes on record behind the last word, and what the server is told of its requests.
    await nextTurn();
    await nextTurn();
    const all = this.#said.slice(said);
    const isAnswer = (message: JsonObject): boolean => message['id'] === id && message['method'] === undefined;
    return {
      answer: all.find(isAnswer) ?? {},
      heard: all.filter((message) => !isAnswer(message)),
      got: server.got.slice(got),
      lines: audit.lines.slice(lines),
    };
  }

  /** What a person has accepted of what the server says. */
  accept(lines: readonly DefinitionLine[]): void {
    this.#stage.gate.definitions.accept(lines);
  }

  /** What was said so far is not kept any longer. */
  forget(): void {
    this.#said.length = 0;
    this.#stage.forget();
  }

  async close(): Promise<void> {
    this.#input.end();
    await this.#served;
  }

  #take(message: unknown): void {
    if (!isObject(message)) return;
    this.#said.push(message);
    if (message['method'] === undefined) this.#answered?.(message['id']);
  }
}
