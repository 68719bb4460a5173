/** What servers say to clients: the gate's outline of a message, against what a client makes of the same bytes. */
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { fold } from '../../../core/mcp/fold.ts';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { isObject } from '../../../core/mcp/message.ts';
import { REVISION_2026_07_28 } from '../../../core/mcp/revisions/2026-07-28/revision.ts';
import { type ServerMessage, messagesIn, readServerMessage } from '../../../core/mcp/server-message.ts';
import { elicitedUrls } from '../../../core/mcp/url-elicitation.ts';
import { ANSWERS } from '../answers.ts';
import { sampleValues } from '../generate/json-values.ts';
import { MessageGenerator } from '../generate/messages.ts';
import { mutate } from '../generate/mutate.ts';
import { minimiseBytes } from '../minimise.ts';
import { sameJson } from '../oracle.ts';
import { Random } from '../random.ts';
import { type Finding, type Layer, type StoredInput, type Tally, loadBytes, storeBytes } from './layer.ts';

const BATCH = 1_000;
const VALUES = 48;
const POOL = 300;
const MAX_POOLED_BYTES = 4_000;
const MINIMISE_MS = 10_000;
const ENVELOPE = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
/** What policy looks at in answers; of names without capitals the folded one is the name itself. */
const RESULT = new Set(['tools', 'prompts', 'resources', 'tasks', 'task']);
const ERROR = new Set(['code', 'message', 'data']);
const DATA = new Set(['elicitations']);
/** -32042 of 2025-11-25: the client is to open a URL first. */
const URL_ELICITATION = -32042;
const CLIENT = 'sdk-v1-client';

type Response = Extract<ServerMessage, { kind: 'response' }>;

export class AnswerLayer implements Layer {
  readonly name = 'answer';
  readonly #pool: Buffer[] = [...ANSWERS];

  batch(seed: number, number: number): Promise<Tally> {
    const random = new Random(seed, number);
    const generator = new MessageGenerator(random, sampleValues(random.next() | 0, VALUES));
    const findings: Finding[] = [];
    let letThrough = 0;
    let understood = 0;
    for (let i = 0; i < BATCH; i++) {
      const bytes = random.oneIn(3)
        ? generator.next().body
        : mutate(random.pick(random.oneIn(3) ? ANSWERS : this.#pool), random.pick(this.#pool), random);
      const { finding, passes, messages } = run(bytes);
      understood += messages;
      if (finding !== undefined) findings.push(finding);
      if (!passes) continue;
      letThrough++;
      if (bytes.length > MAX_POOLED_BYTES) continue;
      if (this.#pool.length < POOL) this.#pool.push(bytes);
      else this.#pool[random.below(POOL)] = bytes;
    }
    return Promise.resolve({ inputs: BATCH, letThrough, executed: { [CLIENT]: understood }, findings });
  }

  check(stored: StoredInput): Promise<Finding | undefined> {
    return Promise.resolve(run(loadBytes(stored)).finding);
  }

  async minimise(finding: Finding): Promise<Finding> {
    const fails = (bytes: Buffer): Promise<boolean> => Promise.resolve(run(bytes).finding?.by === finding.by);
    const bytes = await minimiseBytes(loadBytes(finding.input), fails, MINIMISE_MS);
    return run(bytes).finding ?? finding;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Outcome {
  readonly finding: Finding | undefined;
  readonly passes: boolean;
  /** How many messages the client understood of it. */
  readonly messages: number;
}

function run(bytes: Buffer): Outcome {
  const found = (by: string, why: string): Finding => ({ layer: 'answer', by, why, input: storeBytes(bytes) });
  let read: (ServerMessage | string)[];
  try {
    const several = messagesIn(bytes);
    read =
      several === undefined
        ? [readServerMessage(bytes)]
        : several.map(({ start, end }) => readServerMessage(bytes.subarray(start, end)));
  } catch (error) {
    return { finding: found('gate', `it threw ${String(error)}`), passes: false, messages: 0 };
  }
  const messages = parseAsClient(bytes);
  // One that cannot be read ends the stream, so nothing of it reaches the client.
  const readable = read.filter((one) => typeof one !== 'string');
  if (readable.length < read.length) return { finding: undefined, passes: false, messages: messages.length };
  if (messages.length === 0) return { finding: undefined, passes: true, messages: 0 };
  const why =
    messages.length === read.length
      ? messages
          .map((message, i) => differenceOf(message, readable[i] as ServerMessage))
          .find((one) => one !== undefined)
      : `it saw ${messages.length} messages, read ${read.length}`;
  return {
    finding: why === undefined ? undefined : found(CLIENT, `${why} in ${bytes.toString().slice(0, 400)}`),
    passes: true,
    messages: messages.length,
  };
}

/** As the clients of the SDK do with a body; those that are no messages to it reach nobody. */
function parseAsClient(bytes: Buffer): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return [];
  }
  const all: unknown[] = Array.isArray(value) ? value : [value];
  const messages = all.filter((one) => JSONRPCMessageSchema.safeParse(one).success);
  // One wrong element makes the whole list unreadable.
  return messages.length === all.length ? (messages as Record<string, unknown>[]) : [];
}

function differenceOf(message: Readonly<Record<string, unknown>>, read: ServerMessage): string | undefined {
  const { id, method, params, result, error } = message;
  const folded =
    respelled(message, ENVELOPE) ??
    respelled(result, RESULT) ??
    respelled(error, ERROR) ??
    respelledElicitations(error, read);
  if (folded !== undefined) return `a client that folds case reads ${folded}`;
  if (typeof method === 'string') {
    if (read.kind === 'response') return 'it saw a call, read a response';
    if (read.method !== method) return `it saw the method ${method}, read ${read.method}`;
    if ((read.kind === 'request') !== 'id' in message) return 'it is a request to one and a notification to the other';
    if (read.kind === 'request' && read.id !== id) return `it saw the id ${String(id)}, read ${String(read.id)}`;
    if (read.kind === 'notification') return isSameView(params, read.params) ? undefined : 'other params';
    return sameJson(params ?? {}, read.params) ? undefined : 'other params';
  }
  if (read.kind !== 'response') return 'it saw a response, read a call';
  if ((id ?? undefined) !== read.id) return `it saw the id ${String(id)}, read ${String(read.id)}`;
  if (!isSameView(result, read.result)) return 'another result';
  if (!isSameView(error, read.error)) return 'another error';
  return askedOtherwise(result, error, read);
}

/** Only an error of that code asks for anything, and the gate may have refused to read it. */
function respelledElicitations(error: unknown, read: ServerMessage): string | undefined {
  if (!isObject(error) || error['code'] !== URL_ELICITATION) return undefined;
  const isRefused =
    read.kind === 'response' && read.error !== undefined && typeof elicitedUrls(read.error) === 'string';
  return isRefused ? undefined : respelled(error['data'], DATA);
}

/** What an answer asks of its client, in the revisions that let it: policy decides on each of these. */
function askedOtherwise(result: unknown, error: unknown, read: Response): string | undefined {
  const elicitations = isObject(error) && error['code'] === URL_ELICITATION ? elicitationsOf(error['data']) : [];
  const urls = read.error === undefined ? [] : elicitedUrls(read.error);
  // A sentence says why the gate does not let it pass.
  if (typeof urls === 'string') return undefined;
  if (
    !sameJson(
      elicitations.map(({ url }) => url ?? null),
      urls.map((url) => url ?? null),
    )
  )
    return 'other elicitations';
  if (!isObject(result) || read.result === undefined) return undefined;
  const { inputRequests: span, taskId } = REVISION_2026_07_28.readOffers(read.result);
  const inputRequests = span === undefined ? undefined : JsonView.of(read.result.bytes, span);
  // What is there and cannot be viewed does not pass.
  if (span !== undefined && inputRequests === undefined) return undefined;
  if (!isSameView(result['inputRequests'], inputRequests)) return 'other input requests';
  const begun = result['resultType'] === 'task' && typeof result['taskId'] === 'string' ? result['taskId'] : undefined;
  return taskId === begun ? undefined : 'another task';
}

function elicitationsOf(data: unknown): readonly Record<string, unknown>[] {
  const elicitations = isObject(data) ? data['elicitations'] : undefined;
  return Array.isArray(elicitations) ? elicitations.filter(isObject) : [];
}

/** A key that a decoder which folds case takes for one of these. */
function respelled(value: unknown, known: ReadonlySet<string>): string | undefined {
  return isObject(value) ? Object.keys(value).find((key) => !known.has(key) && known.has(fold(key))) : undefined;
}

function isSameView(value: unknown, view: JsonView | undefined): boolean {
  if (!isObject(value)) return view === undefined;
  if (view === undefined) return false;
  const keys = [...view.keys];
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => Object.hasOwn(value, key) && sameJson(value[key], view.value(key)))
  );
}
