/**
 * A conversation of one client with a server, through a gate: the whole path of a call and all checks of its answer, with nothing left
 * out but the network, the disk, the clock and the person who approves. What a policy makes of a message is what a gate makes of it,
 * because it is one.
 */
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import type { Clock } from '../../core/clock.ts';
import type { DecisionInput } from '../../core/audit/record.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import { ApprovalBroker } from '../../sidecar/approvals/broker.ts';
import { LocalApprovals } from '../../sidecar/approvals/local-approvals.ts';
import { newApprovalName } from '../../sidecar/approvals/name.ts';
import { createGate } from '../../sidecar/create-gate.ts';
import { StdioServer } from '../../sidecar/downstream/stdio/server.ts';
import type { Gate } from '../../sidecar/gate.ts';
import type { DefinitionLine } from '../../sidecar/memory/definition-lines.ts';
import { Metrics } from '../../sidecar/telemetry/metrics.ts';
import { KeptAudit } from './kept-audit.ts';
import { ScriptedServer, type ServerSays } from './scripted-server.ts';

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

/** Budgets are those of a gate, and run out at the same place every time. */
const stillClock = (at: number | undefined): Clock => ({ now: () => at ?? Date.now(), monotonic: () => 0 });
/** More than any message has. */
const HELD_BYTES = 64 * 1024 * 1024;
export const VERSION = '2025-11-25';

/** For conditions: when it is, and what the client speaks; what is undefined is now, and what most speak. */
export interface Setting {
  readonly now?: number | undefined;
  readonly protocol?: string | undefined;
}

/** It can be asked whatever there is. */
const CAPABILITIES = { sampling: {}, roots: {}, elicitation: { form: {}, url: {} } };

export class Rehearsal {
  readonly #gate: Gate;
  readonly #server = new ScriptedServer();
  readonly #audit = new KeptAudit();
  readonly #input = new PassThrough();
  readonly #said: JsonObject[] = [];
  #served: Promise<void> | undefined = undefined;
  #answered: ((id: unknown) => void) | undefined = undefined;
  #id = 0;
  readonly #protocol: string;

  constructor(policy: Policy, principal: Principal, { now, protocol = VERSION }: Setting = {}) {
    const clock = stillClock(now);
    this.#protocol = protocol;
    const approvals = new ApprovalBroker(clock, newApprovalName);
    approvals.observe(({ name, state }) => {
      if (state === 'Pending') setImmediate(() => approvals.decide(name, 'Approved', 'rehearsal', undefined));
    });
    this.#gate = createGate({
      policy: { current: () => policy },
      tokens: { find: () => undefined },
      audit: this.#audit,
      digestKey: Buffer.alloc(32),
      metrics: new Metrics('default/rehearsal'),
      log: pino({ level: 'silent' }),
      approvals: new LocalApprovals(approvals, clock),
      upstream: () => this.#server,
      onNotice() {},
      heldBytes: HELD_BYTES,
      clock,
    });
    const output = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#take(parseJson(chunk.toString('utf8')));
        done();
      },
    });
    this.#served = new StdioServer(this.#gate, principal, output).serve(this.#input);
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
    const [said, got, lines] = [this.#said.length, this.#server.got.length, this.#audit.lines.length];
    this.#server.willSay(says);
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
      got: this.#server.got.slice(got),
      lines: this.#audit.lines.slice(lines),
    };
  }

  /** What a person has accepted of what the server says. */
  accept(lines: readonly DefinitionLine[]): void {
    this.#gate.definitions.accept(lines);
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
