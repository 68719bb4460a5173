/** Streams of events: how the gate cuts and reads them, against the parser that most clients use. */
import { createRequire } from 'node:module';
import { type SseEvent, readFields, withoutOthers } from '../../../core/mcp/sse.ts';
import { SseSplitter } from '../../../core/mcp/sse-splitter.ts';
import { generateStream } from '../generate/streams.ts';
import { minimiseBytes } from '../minimise.ts';
import { Random } from '../random.ts';
import { type Finding, type Layer, type StoredInput, type Tally, loadBytes, storeBytes } from './layer.ts';

const BATCH = 2_000;
const MAX_EVENT_BYTES = 1 << 20;
const CR = 0x0d;
const MINIMISE_MS = 10_000;

interface ClientEvent {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

/** The parser of the official SDKs, found where they find it. */
const parser = createRequire(
  createRequire(import.meta.url).resolve('@modelcontextprotocol/sdk/client/streamableHttp.js'),
)('eventsource-parser') as {
  createParser(callbacks: { onEvent(event: ClientEvent): void }): { feed(text: string): void };
};

export class SseLayer implements Layer {
  readonly name = 'sse';

  batch(seed: number, number: number): Promise<Tally> {
    const random = new Random(seed, number);
    const findings: Finding[] = [];
    let letThrough = 0;
    let dispatchedEvents = 0;
    for (let i = 0; i < BATCH; i++) {
      const bytes = generateStream(random);
      const { finding, events, dispatched } = run(bytes, randomCuts(bytes.length, random));
      if (events > 0) letThrough++;
      dispatchedEvents += dispatched;
      if (finding !== undefined) findings.push(finding);
    }
    return Promise.resolve({
      inputs: BATCH,
      letThrough,
      executed: { 'eventsource-parser': dispatchedEvents },
      findings,
    });
  }

  check(stored: StoredInput): Promise<Finding | undefined> {
    return Promise.resolve(run(loadBytes(stored), stored.cuts ?? []).finding);
  }

  async minimise(finding: Finding): Promise<Finding> {
    let best = finding;
    // Where it is cut may matter or not; without cuts it is easier to read.
    const cutsOf = (length: number): readonly (readonly number[])[] => [
      [],
      (finding.input.cuts ?? []).filter((cut) => cut < length),
      Array.from({ length }, (_, i) => i),
    ];
    await minimiseBytes(
      loadBytes(finding.input),
      (bytes) => {
        const smaller = cutsOf(bytes.length)
          .map((cuts) => run(bytes, cuts).finding)
          .find((one) => one?.by === finding.by);
        if (smaller !== undefined) best = smaller;
        return Promise.resolve(smaller !== undefined);
      },
      MINIMISE_MS,
    );
    return best;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Outcome {
  readonly finding: Finding | undefined;
  readonly events: number;
  readonly dispatched: number;
}

function run(bytes: Buffer, cuts: readonly number[]): Outcome {
  const input = { ...storeBytes(bytes), cuts };
  const found = (by: string, why: string): Finding => ({ layer: 'sse', by, why, input });
  let events: SseEvent[];
  let whole: SseEvent[];
  try {
    events = split(chunksOf(bytes, cuts));
    whole = new SseSplitter(MAX_EVENT_BYTES).push(bytes);
  } catch (error) {
    return { finding: found('gate', `it threw ${String(error)}`), events: 0, dispatched: 0 };
  }
  const out = Buffer.concat(events.map(({ raw }) => raw));
  // What means nothing to the gate does not go on (sidecar/answer/events.ts).
  const forwarded = events.map((event) => (readFields(event).hasOthers ? withoutOthers(event) : event).raw);
  const dispatched = parseAsClient(Buffer.concat(forwarded));
  const read = events.flatMap((event) => {
    const { event: type, data, id } = readFields(event);
    return data === undefined ? [] : [{ type, data: data.toString(), id }];
  });
  let finding: Finding | undefined;
  if (!out.equals(bytes.subarray(0, out.length))) finding = found('gate', 'the events are not the bytes that came in');
  else if (!Buffer.concat(whole.map(({ raw }) => raw)).equals(out)) {
    finding = found('gate', 'the same stream in one piece is cut elsewhere');
  } else {
    const seen = dispatched.map(({ event, data, id }) => ({ type: event ?? 'message', data, id }));
    if (JSON.stringify(seen) !== JSON.stringify(read)) {
      finding = found(
        'eventsource-parser',
        `it saw ${JSON.stringify(seen)}, read ${JSON.stringify(read)}`.slice(0, 800),
      );
    }
  }
  return { finding, events: events.length, dispatched: dispatched.length };
}

function split(chunks: readonly Buffer[]): SseEvent[] {
  const splitter = new SseSplitter(MAX_EVENT_BYTES);
  return chunks.flatMap((chunk) => splitter.push(chunk));
}

function parseAsClient(bytes: Buffer): ClientEvent[] {
  const events: ClientEvent[] = [];
  // After a CR it waits for what may be the LF of it.
  if (bytes.at(-1) === CR) return parseAsClient(Buffer.concat([bytes, Buffer.from('\n')]));
  parser.createParser({ onEvent: (event) => events.push(event) }).feed(new TextDecoder().decode(bytes));
  return events;
}

function chunksOf(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts, bytes.length];
  return edges.slice(1).map((end, i) => Buffer.from(bytes.subarray(edges[i], end)));
}

function randomCuts(length: number, random: Random): number[] {
  const count = random.below(4);
  return Array.from({ length: count }, () => random.below(length + 1)).sort((a, b) => a - b);
}
