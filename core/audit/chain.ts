/** One chain of audit lines: every line names the SHA-256 of the line before it. */
import { hash } from 'node:crypto';
import {
  AUDIT_SCHEMA_VERSION,
  NO_PREVIOUS_LINE,
  type AuditBody,
  type DecisionRecord,
  type GateRecord,
  type IntentRecord,
} from './record.ts';

export interface ChainOptions {
  /** Unique per run of the writer. */
  stream: string;
  /** `namespace/name` of the server the calls go to. */
  server: string;
  /** The last line of the file the stream is appended to; absent for an empty file. */
  head?: { hash: string } | undefined;
}

export class Chain {
  readonly #stream: string;
  #server: string;
  #head: string;
  #seq = 0;

  constructor(options: ChainOptions) {
    this.#stream = options.stream.toWellFormed();
    this.#server = options.server.toWellFormed();
    this.#head = options.head?.hash ?? NO_PREVIOUS_LINE;
  }

  /** Lines from now on are of calls to this server: a gate may begin before it knows the name. */
  serve(server: string): void {
    this.#server = server.toWellFormed();
  }

  /** SHA-256 of the last line, in hex. Whoever keeps it elsewhere can tell later whether the tail was cut off. */
  get head(): string {
    return this.#head;
  }

  /** `seq` of the next line. */
  get next(): number {
    return this.#seq;
  }

  /** The next line, without its newline. */
  append(body: AuditBody): string {
    const line = body.event === 'decision' || body.event === 'intent' ? this.#callLine(body) : this.#gateLine(body);
    this.#seq += 1;
    this.#head = lineHash(line);
    return line;
  }

  // Literals of fixed shape, keys in RFC 8785 order; `JSON.stringify` leaves out what is undefined.
  #callLine(body: DecisionRecord | IntentRecord): string {
    const end = body.event === 'decision' ? body : undefined;
    return JSON.stringify({
      approval: body.approval,
      argumentsHmac: body.argumentsHmac,
      decision: body.decision,
      event: body.event,
      intent: end?.intent,
      latency: end?.latency,
      method: body.method,
      outcome: end?.outcome,
      prev: this.#head,
      principal: body.principal,
      prompt: body.prompt,
      resource: body.resource,
      seq: this.#seq,
      server: this.#server,
      session: body.session,
      stream: this.#stream,
      time: body.time,
      tool: body.tool,
      traceId: body.traceId,
      v: AUDIT_SCHEMA_VERSION,
    });
  }

  #gateLine(body: GateRecord): string {
    return JSON.stringify({
      continues: body.continues,
      event: body.event,
      from: body.from,
      prev: this.#head,
      refusals: body.refusals,
      released: body.released,
      seq: this.#seq,
      server: this.#server,
      stream: this.#stream,
      time: body.time,
      v: AUDIT_SCHEMA_VERSION,
    });
  }
}

/** What the next line's `prev` must be: SHA-256 over the line's bytes, without the newline. */
export function lineHash(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}
