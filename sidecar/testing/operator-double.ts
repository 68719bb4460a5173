/** The operator as a sidecar sees it: a real HTTPS server that speaks the protocol between the two, and can misbehave on demand. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestCertificate, issueForLoopback } from './certificates.ts';

type Json = Record<string, unknown>;

export interface Kept {
  readonly name: string;
  state: string;
  readonly digest: string;
  readonly revision: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  reason: string | null;
  readonly usedUp: string | null;
  fresh: boolean;
}

/** What becomes of a request instead of an answer; a number is a status. */
type Mishap = 'hang' | 'cut' | 'nonsense' | number;

const OPEN = new Set(['Pending', 'Approved', 'Denied']);

export class OperatorDouble {
  readonly directory = mkdtempSync(join(tmpdir(), 'operator-double-'));
  readonly caFile = join(this.directory, 'ca.crt');
  readonly tokenFile = join(this.directory, 'token');
  readonly reports: { readonly at: number; readonly body: Json }[] = [];
  /** `METHOD path` of everything that came in, also of what went wrong. */
  readonly requests: string[] = [];
  readonly questions: Json[] = [];
  readonly approvals = new Map<string, Kept>();
  /** A standing grant that lets all calls through, and the ids of those that have used it. */
  grant: { readonly name: string; readonly maxUses: number; readonly used: Set<string> } | undefined = undefined;
  acceptedToken = 'token-1';
  tooMany = false;
  /** The answer to whoever submits a call. */
  refusesWith: { readonly status: number; readonly body: object } | undefined = undefined;
  /** As the operator finds it in the policy. */
  expiresMs = 60_000;
  /** What a report is answered with; without it as by an operator that knows of no keys. */
  handleKeys: Json | undefined = undefined;
  /** Snapshot of pins with its version; without it as by an operator that keeps none. */
  pins: Json | undefined = undefined;
  /** Definitions that it was told of. */
  readonly told: Json[] = [];
  /** What a checkpoint is answered with; without it as by an operator that is no witness. */
  witness: ((body: Json) => { readonly status: number; readonly body: object }) | undefined = undefined;
  connections = 0;
  #certificate: TestCertificate;
  #server: https.Server;
  #port = 0;
  #mishaps: { readonly path: RegExp; readonly mishap: Mishap; times: number }[] = [];
  readonly #waiting = new Set<{ readonly name: string; readonly answer: () => void }>();
  readonly #waitingForPins = new Set<() => void>();

  static async start(): Promise<OperatorDouble> {
    const double = new OperatorDouble(issueForLoopback());
    await double.listen();
    return double;
  }

  private constructor(certificate: TestCertificate) {
    this.#certificate = certificate;
    this.#server = this.#newServer();
    writeFileSync(this.caFile, certificate.ca);
    writeFileSync(this.tokenFile, 'token-1\n');
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** As the environment of a sidecar says it. */
  get env(): Record<string, string> {
    return {
      SALLYPORT_OPERATOR_URL: this.url,
      SALLYPORT_OPERATOR_CA: this.caFile,
      SALLYPORT_OPERATOR_TOKEN: this.tokenFile,
    };
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nothing listens any more; `listen` brings it back at the same port, with its memory. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cutAll();
    await closed;
    this.#server = this.#newServer();
  }

  cutAll(): void {
    this.#server.closeAllConnections();
  }

  async close(): Promise<void> {
    await this.down();
    rmSync(this.directory, { recursive: true });
  }

  /** Another CA and certificate from the next connection on. Returns the CA, which the sidecar has to be given. */
  rotate(): string {
    this.#certificate = issueForLoopback();
    this.#server.setSecureContext(this.#certificate);
    return this.#certificate.ca;
  }

  /** The next `times` requests to such a path go wrong. */
  goWrong(path: RegExp, mishap: Mishap, times = Infinity): void {
    this.#mishaps.push({ path, mishap, times });
  }

  recover(): void {
    this.#mishaps = [];
  }

  only(): Kept {
    const [kept, ...others] = this.approvals.values();
    if (kept === undefined || others.length > 0) throw new Error(`${this.approvals.size} approvals, not one`);
    return kept;
  }

  settle(name: string, state: string, reason: string | null = null): void {
    const kept = this.approvals.get(name);
    if (kept === undefined) throw new Error(`no approval ${name}`);
    kept.state = state;
    if (state === 'Approved' || state === 'Denied') kept.decidedBy = 'ada';
    kept.reason = reason;
    this.tellWaiting(name);
  }

  tellWaiting(name: string): void {
    for (const one of this.#waiting) if (one.name === name) one.answer();
  }

  get pollsOpen(): number {
    return this.#waiting.size;
  }

  #newServer(): https.Server {
    const { cert, key } = this.#certificate;
    const server = https.createServer({ cert, key, keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#answer(request, response);
    });
    server.on('secureConnection', () => this.connections++);
    server.on('tlsClientError', () => {});
    return server;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    const body = await readJson(request);
    const mishap = this.#mishaps.find(({ path, times }) => times > 0 && path.test(`${method} ${url}`));
    if (mishap !== undefined) {
      mishap.times--;
      goWrongWith(response, mishap.mishap);
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.acceptedToken}`) {
      send(response, 401, { error: 'the token is not valid' });
      return;
    }
    this.#route(new URL(url, 'https://x'), body, response);
  }

  #route({ pathname, searchParams }: URL, body: Json, response: ServerResponse): void {
    const [, , collection, name, verb] = pathname.split('/');
    if (collection === 'report') {
      this.reports.push({ at: performance.now(), body });
      if (this.handleKeys === undefined) response.writeHead(204).end();
      else send(response, 200, this.handleKeys);
    } else if (collection === 'checkpoints') {
      const { status, body: answer } = this.witness?.(body) ?? { status: 404, body: {} };
      send(response, status, answer);
    } else if (collection === 'definitions') this.#definitions(searchParams, body, response);
    else if (collection === 'grants') this.#use(name ?? '', body, response);
    else if (name === undefined) this.#create(body, response);
    else {
      const kept = this.approvals.get(name);
      if (kept === undefined) send(response, 404, { error: `there is no approval ${name}` });
      else if (verb === 'consume') consume(kept, body, response);
      else this.#show(kept, searchParams, response);
    }
  }

  /** As an approval; undefined where there is none, or the gate has said that it is over. */
  #granted({ digest, revision, grant: claim }: Json, state: string): Json | undefined {
    if (this.grant === undefined || claim === undefined) return undefined;
    const { name, maxUses, used } = this.grant;
    const { without = [] } = claim as { without?: string[] };
    if (without.includes(name)) return undefined;
    const more = { decidedBy: 'grace', expiresAt: new Date(Date.now() + this.expiresMs).toISOString() };
    return { name, state, digest, revision, ...more, grant: { uses: used.size, maxUses } };
  }

  #use(name: string, body: Json, response: ServerResponse): void {
    const { id = '' } = (body['grant'] ?? {}) as { id?: string };
    if (this.grant?.name !== name) return send(response, 404, { error: `grant ${name} is not known` });
    if (!this.grant.used.has(id) && this.grant.used.size >= this.grant.maxUses)
      return send(response, 409, { error: 'it is used up' });
    this.grant.used.add(id);
    send(response, 200, this.#granted(body, 'Consumed') ?? {});
  }

  setPins(pins: Json): void {
    this.pins = pins;
    for (const answer of this.#waitingForPins) answer();
    this.#waitingForPins.clear();
  }

  #definitions(query: URLSearchParams, { definitions }: Json, response: ServerResponse): void {
    if (this.pins === undefined) return send(response, 404, { error: 'there is no such path' });
    if (definitions !== undefined) {
      this.told.push(...(definitions as Json[]));
      return send(response, 200, {});
    }
    const answer = (): void => {
      if (!response.destroyed) send(response, 200, this.pins ?? {});
    };
    if (query.get('unless') === this.pins['version']) this.#waitingForPins.add(answer);
    else answer();
  }

  #create(body: Json, response: ServerResponse): void {
    this.questions.push(body);
    if (this.tooMany) return send(response, 409, { error: 'too many wait' });
    if (this.refusesWith !== undefined) return send(response, this.refusesWith.status, this.refusesWith.body);
    const granted = this.#granted(body, 'Approved');
    if (granted !== undefined) return send(response, 200, granted);
    const same = [...this.approvals.values()].filter(
      ({ digest, revision }) => digest === body['digest'] && revision === body['revision'],
    );
    const open = same.find(({ state }) => OPEN.has(state));
    if (open !== undefined) return send(response, 200, { ...open, fresh: false });
    const kept: Kept = {
      name: `ledger-transfer-${this.approvals.size + 1}`,
      state: 'Pending',
      digest: String(body['digest']),
      revision: String(body['revision']),
      createdAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + this.expiresMs).toISOString(),
      decidedBy: null,
      decidedAt: null,
      reason: null,
      usedUp: same.find(({ state }) => state === 'Consumed')?.name ?? null,
      fresh: true,
    };
    this.approvals.set(kept.name, kept);
    send(response, 200, kept);
  }

  #show(kept: Kept, query: URLSearchParams, response: ServerResponse): void {
    if (query.get('unless') !== kept.state) return send(response, 200, kept);
    const waiting = { name: kept.name, answer: () => over() };
    const over = (): void => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
      if (!response.destroyed) send(response, 200, this.approvals.get(kept.name) ?? kept);
    };
    const timer = setTimeout(over, Number(query.get('wait')) * 1000);
    response.once('close', () => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    });
    this.#waiting.add(waiting);
  }
}

function consume(kept: Kept, body: Json, response: ServerResponse): void {
  if (kept.state !== 'Approved' || body['digest'] !== kept.digest || body['revision'] !== kept.revision) {
    return send(response, 409, kept);
  }
  kept.state = 'Consumed';
  send(response, 200, kept);
}

function goWrongWith(response: ServerResponse, mishap: Mishap): void {
  if (mishap === 'hang') return;
  if (mishap === 'cut') response.destroy();
  else if (mishap === 'nonsense') response.end('<html>');
  else send(response, mishap, { error: `told to answer ${mishap}` });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Json> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Json);
}
