/** Bytes on sockets: what the server behind a whole gate executes, against what the gate has put on record. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestGate, startGate } from '../../support/gate.ts';
import type { AuditLine } from '../../support/audit-file.ts';
import { readAsGate } from '../gate-reading.ts';
import { generateConnection } from '../generate/requests.ts';
import { minimiseBytes } from '../minimise.ts';
import { findDifference } from '../oracle.ts';
import { Random } from '../random.ts';
import { type Arrival, type HttpReference, startHttpReferences } from '../servers/http-references.ts';
import type { Execution } from '../servers/reference.ts';
import { settled } from '../servers/settle.ts';
import {
  type Counts,
  type Finding,
  type Layer,
  type StoredInput,
  type Tally,
  addCounts,
  loadBytes,
  storeBytes,
} from './layer.ts';

/** Connections to one gate at a time. */
const CONNECTIONS = 96;
/** A server that has something to say has said it by then; on a busy machine an input is cut short, which is no finding. */
const QUIET_MS = 60;
const CONNECTION_LIMIT_MS = 400;
/** Records are written a few milliseconds after the answer. */
const RECORD_LIMIT_MS = 5_000;
/** One batch in so many goes to the servers directly, too. */
const DIRECT_EVERY = 10;
export const WITHOUT_GATE = ' without the gate';
const CLOSE_LIMIT_MS = 10_000;
const MINIMISE_MS = 60_000;
const ATTEMPTS = 3;

export class HttpLayer implements Layer {
  readonly name = 'http';
  readonly #sides: readonly Side[];
  readonly #crashes: Crashes;

  private constructor(sides: readonly Side[], crashes: Crashes) {
    this.#sides = sides;
    this.#crashes = crashes;
  }

  static async start(say: (line: string) => void): Promise<HttpLayer> {
    // What is sent to a server directly may be executed late; on one of its own it is not taken for what a gate has let through.
    const [behind, alone] = [await startHttpReferences(say), await startHttpReferences(say)];
    const crashes = new Crashes();
    const sides = behind.map(async (reference, i) => Side.start(reference, alone[i] ?? reference, crashes));
    return new HttpLayer(await Promise.all(sides), crashes);
  }

  async batch(seed: number, number: number): Promise<Tally> {
    const random = new Random(seed, number);
    const connections = Array.from({ length: CONNECTIONS }, () => generateConnection(random));
    const tallies = await Promise.all(this.#sides.map((side) => side.run(connections)));
    if (number % DIRECT_EVERY === 0) {
      const direct = await Promise.all(this.#sides.map((side) => side.runWithoutGate(connections)));
      tallies.push(...direct.map((executed) => ({ inputs: 0, letThrough: 0, executed, findings: [] })));
    }
    return {
      inputs: CONNECTIONS * this.#sides.length,
      letThrough: tallies.reduce((sum, { letThrough }) => sum + letThrough, 0),
      executed: tallies.reduce((sum: Counts, { executed }) => addCounts(sum, executed), {}),
      findings: tallies.flatMap(({ findings }) => findings),
    };
  }

  async check(stored: StoredInput): Promise<Finding | undefined> {
    for (const side of this.#sides) {
      const { findings } = await side.run([loadBytes(stored)]);
      if (findings[0] !== undefined) return findings[0];
    }
    return undefined;
  }

  async minimise(finding: Finding): Promise<Finding> {
    const side = this.#sides.find(({ reference }) => finding.by.endsWith(reference.name));
    if (side === undefined) return finding;
    const fails = async (bytes: Buffer): Promise<boolean> => (await side.run([bytes])).findings.length > 0;
    const bytes = await minimiseBytes(loadBytes(finding.input), fails, MINIMISE_MS);
    return (await side.run([bytes])).findings[0] ?? finding;
  }

  async close(): Promise<void> {
    try {
      await Promise.all(this.#sides.map((side) => side.close()));
    } finally {
      this.#crashes.close();
    }
  }
}

/** One server behind one gate. */
class Side {
  readonly reference: HttpReference;
  readonly #alone: HttpReference;
  readonly #gate: TestGate;
  readonly #audit: AuditTail;
  readonly #crashes: Crashes;

  private constructor(
    reference: HttpReference,
    alone: HttpReference,
    gate: TestGate,
    audit: AuditTail,
    crashes: Crashes,
  ) {
    this.reference = reference;
    this.#alone = alone;
    this.#gate = gate;
    this.#audit = audit;
    this.#crashes = crashes;
  }

  static async start(reference: HttpReference, alone: HttpReference, crashes: Crashes): Promise<Side> {
    const audit = new AuditTail();
    const write = (
      _: number,
      bytes: Buffer,
      offset: number,
      length: number,
      done: (e: null, n: number) => void,
    ): void => {
      audit.take(bytes.toString('utf8', offset, offset + length));
      done(null, length);
    };
    const gate = await startGate({ upstream: reference.url, audit: { write } });
    return new Side(reference, alone, gate, audit, crashes);
  }

  async run(connections: readonly Buffer[]): Promise<Tally> {
    await Promise.all(connections.map((bytes) => send(this.#gate.port, bytes)));
    const { arrivals, executed, records } = await this.#settle();
    const crash = this.#crashes.take();
    const why = crash ?? findSmuggled(arrivals, executed, records, connections);
    const findings = why === undefined ? [] : await this.#blame(connections, why, crash !== undefined);
    const letThrough = records.filter(isLetThrough).length;
    return { inputs: connections.length, letThrough, executed: { [this.reference.name]: executed.length }, findings };
  }

  /** What the server makes of the same bytes when nobody stands before it: how much there is to refuse. */
  async runWithoutGate(connections: readonly Buffer[]): Promise<Counts> {
    const port = Number(new URL(this.#alone.url).port);
    await Promise.all(connections.map((bytes) => send(port, bytes)));
    return { [`${this.reference.name}${WITHOUT_GATE}`]: this.#alone.take().executed.length };
  }

  async close(): Promise<void> {
    const closed = this.#gate.close().then(() => true);
    // One that should have died has sockets that nobody will ever close.
    if (!this.#crashes.any && (await settled(closed, CLOSE_LIMIT_MS)) !== true)
      throw new Error('the gate does not close');
    await Promise.all([this.reference.close(), this.#alone.close()]);
  }

  /** Until everything that arrived is on record, or will not be. */
  async #settle(): Promise<{ arrivals: Arrival[]; executed: Execution[]; records: AuditLine[] }> {
    const arrivals: Arrival[] = [];
    const executed: Execution[] = [];
    const records: AuditLine[] = [];
    const deadline = performance.now() + RECORD_LIMIT_MS;
    for (;;) {
      const counts = arrivals.length + executed.length + records.length;
      const more = this.reference.take();
      arrivals.push(...more.arrivals);
      executed.push(...more.executed);
      records.push(...this.#audit.lines.splice(0));
      const grew = arrivals.length + executed.length + records.length > counts;
      const isOpen = findUnrecorded(arrivals, executed, records) !== undefined;
      if ((!grew && !isOpen) || performance.now() > deadline) return { arrivals, executed, records };
      await sleep(15);
    }
  }

  /** Which of many connections it was; all of them together when it takes more than one. */
  async #blame(connections: readonly Buffer[], why: string, isCrash: boolean): Promise<Finding[]> {
    if (connections.length > 1) {
      for (const bytes of connections) {
        const { findings } = await this.run([bytes]);
        if (findings.length > 0) return [...findings];
      }
    }
    // On a busy machine what one batch sent may arrive with the next. What was read in two ways is so again.
    if (!isCrash && !(await this.#happensAgain(connections))) return [];
    return [{ layer: 'http', by: this.reference.name, why, input: storeBytes(Buffer.concat(connections)) }];
  }

  async #happensAgain(connections: readonly Buffer[]): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await sleep(CONNECTION_LIMIT_MS);
      await this.#settle();
      await Promise.all(connections.map((bytes) => send(this.#gate.port, bytes)));
      const { arrivals, executed, records } = await this.#settle();
      if (findSmuggled(arrivals, executed, records, connections) !== undefined) return true;
    }
    return false;
  }
}

/** What nobody caught would have ended the gate's process, and with it the calls of everybody. */
class Crashes {
  #why: string | undefined = undefined;
  any = false;
  readonly #listener = (error: Error): void => {
    this.any = true;
    this.#why ??= `the gate would have died of ${error.stack}`;
  };

  constructor() {
    process.on('uncaughtException', this.#listener);
  }

  take(): string | undefined {
    const why = this.#why;
    this.#why = undefined;
    return why;
  }

  close(): void {
    process.off('uncaughtException', this.#listener);
  }
}

/** Lines of the audit log as they are written. */
class AuditTail {
  readonly lines: AuditLine[] = [];
  #rest = '';

  take(text: string): void {
    const parts = (this.#rest + text).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      const line = JSON.parse(part) as AuditLine;
      if (line.event === 'decision') this.lines.push(line);
    }
  }
}

/** What went wrong with what these connections led to; undefined when nothing did. */
export function findSmuggled(
  arrivals: readonly Arrival[],
  executed: readonly Execution[],
  records: readonly AuditLine[],
  connections: readonly Buffer[],
): string | undefined {
  const failed = records.find(({ decision }) => decision.reason === 'internal-error');
  if (failed !== undefined) return `a step of the path threw: ${JSON.stringify(failed)}`;
  for (const arrival of arrivals) {
    const why = findAltered(arrival, connections);
    if (why !== undefined) return why;
  }
  return findUnrecorded(arrivals, executed, records);
}

/** A request that reached the server must be one the gate reads as what was executed, and as its client wrote it. */
function findAltered(
  { headers, repeated, body, executed }: Arrival,
  connections: readonly Buffer[],
): string | undefined {
  const governed = repeated.filter((name) => name.startsWith('mcp-') || name.startsWith('content-') || name === 'host');
  if (governed.length > 0) return `the server got ${governed.join(', ')} twice`;
  if (body.length === 0)
    return executed.length === 0 ? undefined : `executed ${JSON.stringify(executed)} without a body`;
  const reading = readAsGate({
    body,
    headers: {
      protocolVersion: headers['mcp-protocol-version'],
      method: headers['mcp-method'],
      name: headers['mcp-name'],
    },
  });
  if (reading.passed.length !== 1) return `the server got ${body.toString()}, which is refused: ${reading.refused}`;
  const isWhole = connections.some((bytes) => bytes.includes(body) || isChunked(bytes));
  if (!isWhole) return `the server got other bytes than were sent: ${body.toString()}`;
  return findDifference([(reading.passed[0] as (typeof reading.passed)[number]).call], executed);
}

function isChunked(bytes: Buffer): boolean {
  return /chunked/i.test(bytes.toString('latin1'));
}

/** Every execution, and every request that arrived, needs a record of its own that says the same. */
function findUnrecorded(
  arrivals: readonly Arrival[],
  executed: readonly Execution[],
  records: readonly AuditLine[],
): string | undefined {
  const let_ = records.filter(isLetThrough);
  const free = new Set(let_);
  for (const execution of executed) {
    const record = [...free].find((one) => isOf(one, execution));
    if (record === undefined) {
      return `executed ${JSON.stringify(execution).slice(0, 400)}, on record ${JSON.stringify(let_.map(summary)).slice(0, 800)}`;
    }
    free.delete(record);
  }
  if (arrivals.length > let_.length) {
    return `${arrivals.length} requests arrived, ${let_.length} were let through: ${JSON.stringify(let_.map(summary)).slice(0, 800)}`;
  }
  return undefined;
}

function isLetThrough({ outcome }: AuditLine): boolean {
  return outcome !== 'refused' && outcome !== 'pending';
}

function isOf(record: AuditLine, { method, params }: Execution): boolean {
  if (record.method !== method) return false;
  const { name, uri } = (params ?? {}) as { name?: unknown; uri?: unknown };
  if (method === 'tools/call') return record.tool === name;
  return method === 'resources/read' ? record.resource === uri : true;
}

function summary({ method, tool, outcome }: AuditLine): readonly (string | null | undefined)[] {
  return [method, tool, outcome];
}

/** Writes the bytes and waits until there is no more answer to come. */
function send(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (): void => {
      clearTimeout(limit);
      clearTimeout(quiet);
      socket.destroy();
      resolve();
    };
    const limit = setTimeout(done, CONNECTION_LIMIT_MS);
    let quiet: NodeJS.Timeout | undefined;
    socket.on('data', () => {
      clearTimeout(quiet);
      quiet = setTimeout(done, QUIET_MS);
    });
    socket.on('close', done);
    socket.on('error', done);
    socket.write(bytes);
  });
}
