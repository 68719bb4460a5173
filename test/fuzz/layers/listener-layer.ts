/** Everything that listens, as living processes: whatever is sent to it, none of them ends, and none stops answering. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ENDINGS, type Conversation, type Ending, generateConversation } from '../generate/conversations.ts';
import { kindsOf } from '../listeners/kinds.ts';
import { type Kind, type Listener, type Living, whyDead } from '../listeners/living.ts';
import { minimiseBytes } from '../minimise.ts';
import { Random } from '../random.ts';
import { type Finding, type Layer, type StoredInput, type Tally, loadBytes, storeBytes } from './layer.ts';

/** To each process at a time. */
const CONVERSATIONS = 24;
const QUIET_MS = 40;
const LIMIT_MS = 250;
const PIECE_MS = 3;
const MINIMISE_MS = 60_000;
/** Code of an internal error: a step of the gate threw. */
const INTERNAL_ERROR = /"code":-32603\b|failed here; the log of the process says why/;

interface Sent {
  readonly listener: Listener;
  readonly conversation: Conversation;
}

export class ListenerLayer implements Layer {
  readonly name = 'listeners';
  readonly #upstream: http.Server;
  readonly #kinds: readonly Kind[];
  readonly #living: Living[];

  private constructor(upstream: http.Server, kinds: readonly Kind[], living: Living[]) {
    this.#upstream = upstream;
    this.#kinds = kinds;
    this.#living = living;
  }

  static async start(): Promise<ListenerLayer> {
    const upstream = http.createServer((request, response) => answerSomehow(request, response));
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const kinds = kindsOf(`http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`);
    const started = await Promise.allSettled(kinds.map(async (kind) => kind.start()));
    const living = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const layer = new ListenerLayer(upstream, kinds, living);
    const failed = started.find((one) => one.status === 'rejected');
    if (failed === undefined) return layer;
    await layer.close();
    throw failed.reason;
  }

  async batch(seed: number, number: number): Promise<Tally> {
    const random = new Random(seed, number);
    const plans = this.#living.map(({ listeners }) =>
      Array.from({ length: CONVERSATIONS }, (): Sent => ({
        listener: random.pick(listeners),
        conversation: generateConversation(random),
      })),
    );
    const results = await Promise.all(plans.map(async (plan, i) => this.#run(i, plan)));
    const executed: Record<string, number> = {};
    for (const { answered } of results) {
      for (const name of answered) executed[name] = (executed[name] ?? 0) + 1;
    }
    return {
      inputs: plans.flat().length,
      letThrough: 0,
      executed,
      findings: results.flatMap(({ finding }) => finding ?? []),
    };
  }

  async check(stored: StoredInput): Promise<Finding | undefined> {
    const conversation = load(stored);
    for (const [i, { listeners }] of this.#living.entries()) {
      for (const listener of listeners) {
        const { finding } = await this.#run(i, [{ listener, conversation }]);
        if (finding !== undefined) return finding;
      }
    }
    return undefined;
  }

  async minimise(finding: Finding): Promise<Finding> {
    const { cuts: _, ...rest } = finding.input;
    const fails = async (bytes: Buffer): Promise<boolean> =>
      (await this.check({ headers: rest.headers ?? {}, ...storeBytes(bytes) })) !== undefined;
    if (!(await fails(loadBytes(finding.input)))) return finding;
    const bytes = await minimiseBytes(loadBytes(finding.input), fails, MINIMISE_MS);
    return { ...finding, input: { headers: rest.headers ?? {}, ...storeBytes(bytes) } };
  }

  async close(): Promise<void> {
    await Promise.all(this.#living.map(async (living) => living.close()));
    this.#upstream.closeAllConnections();
    await new Promise<void>((resolve) => this.#upstream.close(() => resolve()));
  }

  async #run(i: number, plan: readonly Sent[]): Promise<{ answered: string[]; finding: Finding | undefined }> {
    const answers = await Promise.all(plan.map(async ({ listener, conversation }) => converse(listener, conversation)));
    const answered = plan.flatMap(({ listener }, n) => (answers[n]?.startsWith('HTTP/1.1 ') ? [listener.name] : []));
    const thrown = answers.findIndex((answer) => INTERNAL_ERROR.test(answer));
    const failed = plan[thrown];
    if (failed !== undefined) return { answered, finding: findingOf(failed, `a step threw: ${answers[thrown]}`) };
    const why = await whyDead(this.#living[i] as Living);
    return { answered, finding: why === undefined ? undefined : await this.#blame(i, plan, why) };
  }

  /** A new process is asked the same again, one conversation at a time. */
  async #blame(i: number, plan: readonly Sent[], why: string): Promise<Finding> {
    await this.#restart(i);
    if (plan.length > 1) {
      for (const { listener, conversation } of plan) {
        // The listeners are others now, of the same names.
        const again = this.#living[i]?.listeners.find(({ name }) => name === listener.name) ?? listener;
        const { finding } = await this.#run(i, [{ listener: again, conversation }]);
        if (finding !== undefined) return finding;
      }
    }
    return findingOf(plan[0] as Sent, plan.length === 1 ? why : `${why} (not by any one of ${plan.length} alone)`);
  }

  async #restart(i: number): Promise<void> {
    await this.#living[i]?.close();
    this.#living[i] = await (this.#kinds[i] as Kind).start();
  }
}

function findingOf({ listener, conversation: { bytes, cuts, ending } }: Sent, why: string): Finding {
  return { layer: 'listeners', by: listener.name, why, input: { headers: { ending }, cuts, ...storeBytes(bytes) } };
}

function load(stored: StoredInput): Conversation {
  const ending = ENDINGS.find((one) => one === stored.headers?.['ending']) ?? ('keep' satisfies Ending);
  return { bytes: loadBytes(stored), cuts: stored.cuts ?? [], ending };
}

/** Sends it in its pieces, ends it as it says, and waits until there is no more answer to come. */
function converse({ connect }: Listener, { bytes, cuts, ending }: Conversation): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect();
    let received = '';
    let quiet: NodeJS.Timeout | undefined;
    const done = (): void => {
      clearTimeout(limit);
      clearTimeout(quiet);
      socket.destroy();
      resolve(received);
    };
    const limit = setTimeout(done, LIMIT_MS);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      clearTimeout(quiet);
      quiet = setTimeout(done, QUIET_MS);
    });
    socket.on('close', done);
    socket.on('error', done);
    const edges = [0, ...cuts, bytes.length];
    sendPieces(
      socket,
      edges.slice(1).map((end, i) => bytes.subarray(edges[i], end)),
      ending,
    );
  });
}

function sendPieces(socket: Socket, [piece, ...others]: readonly Buffer[], ending: Ending): void {
  if (socket.destroyed) return;
  if (piece !== undefined) socket.write(piece);
  if (others.length > 0) setTimeout(() => sendPieces(socket, others, ending), PIECE_MS);
  else if (ending === 'end') socket.end();
  else if (ending === 'reset') setTimeout(() => reset(socket), PIECE_MS);
}

/** Only TCP itself has resets: TLS has its own handle, and a Unix socket none. */
function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

let turn = 0;
/** The server behind is no better than its callers. */
function answerSomehow(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.resume();
  switch (turn++ % 7) {
    case 0:
      response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's\u00ff' })
        .end('{"jsonrpc":"2.0"');
      break;
    case 1:
      response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://[", x=\u00e9' }).end('no');
      break;
    case 2:
      response.writeHead(307, { location: 'http://localhost:99999/%' }).end();
      break;
    case 3:
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"jsonrpc":"2.0","id":1,\n');
      setTimeout(() => response.destroy(), 10);
      break;
    case 4:
      response.socket?.destroy();
      break;
    case 5:
      response.socket?.end('HTTP/1.1 099 \u00ff\r\nContent-Length: 99999999999\r\nX: \0\r\n\r\n');
      break;
    default:
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        '{"issuer":"http://[","authorization_endpoint":"http://localhost:99999/a","jsonrpc":"2.0","id":1,"result":{}}',
      );
  }
}
