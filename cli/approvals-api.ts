/** The local way to decide on held calls: HTTP on a Unix socket that only this user can open. */
import { chmodSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { toApprovalRequest } from '../sidecar/approvals/approval.ts';
import { answerFailed, fenced } from '../core/fence.ts';
import type { ApprovalBroker, DecideOutcome } from '../sidecar/approvals/broker.ts';
import { makeDirectory } from '../sidecar/files/make-directory.ts';
import { UserError } from './errors.ts';

const MAX_BODY_BYTES = 16 * 1024;
const MAX_REASON = 500;

export class ApprovalsApi {
  readonly #socket: string;
  readonly #approvals: ApprovalBroker;
  readonly #server: http.Server;
  readonly #onFailed: (error: unknown) => void;
  readonly #risk: (response: http.ServerResponse) => Promise<void>;

  /** `onFailed` hears of requests that could not be answered for a fault of ours, and of troubles of the socket. */
  constructor(
    socket: string,
    approvals: ApprovalBroker,
    onFailed: (error: unknown) => void = () => {},
    risk: (response: http.ServerResponse) => Promise<void> = async (response) =>
      send(response, 404, { error: 'no risk here' }),
  ) {
    this.#risk = risk;
    this.#onFailed = onFailed;
    this.#socket = socket;
    this.#approvals = approvals;
    this.#server = http.createServer(
      fenced(
        async (request: http.IncomingMessage, response: http.ServerResponse) => this.#route(request, response),
        (error, _request, response) => {
          onFailed(error);
          answerFailed(response);
        },
      ),
    );
  }

  /** Rejects with the system's error. */
  async listen(): Promise<void> {
    // The directory keeps others out even in the moment before the socket's own mode is set.
    makeDirectory(dirname(this.#socket));
    requireOwn(dirname(this.#socket));
    rmSync(this.#socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#socket, resolve);
    });
    this.#server.on('error', this.#onFailed);
    chmodSync(this.#socket, 0o600);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    rmSync(this.#socket, { force: true });
  }

  async #route(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const segments = decodedSegments(request.url ?? '');
    if (segments === undefined) return send(response, 400, { error: 'the path is not percent-encoded UTF-8' });
    const [, collection, name] = segments;
    if (collection === 'risk') return this.#risk(response);
    if (collection !== 'approvals') return send(response, 404, { error: 'unknown path; try /approvals or /risk' });
    if (name === undefined || name === '') {
      return send(response, 200, { items: this.#approvals.list().map(toApprovalRequest) });
    }
    if (request.method === 'POST') {
      const body = await readJson(request);
      if (body !== undefined) return this.#decide(name, body, response);
      return send(response, 413, { error: `a decision has at most ${MAX_BODY_BYTES} bytes; shorten its reason` });
    }
    const approval = this.#approvals.get(name);
    if (approval === undefined) return send(response, 404, { error: `approval ${name} is not known` });
    return send(response, 200, toApprovalRequest(approval));
  }

  #decide(name: string, body: Record<string, unknown>, response: http.ServerResponse): void {
    const { decision, reason } = body;
    if (decision !== 'Approved' && decision !== 'Denied') {
      return send(response, 400, { error: '"decision" must be "Approved" or "Denied"' });
    }
    const words = typeof reason === 'string' && reason !== '' ? reason.slice(0, MAX_REASON) : undefined;
    answerDecision(response, name, this.#approvals.decide(name, decision, approver(), words));
  }
}

/** Undefined: it is no percent-encoded UTF-8, which `decodeURIComponent` throws at. */
function decodedSegments(path: string): string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Who can write to the directory could put a socket of their own in the place of ours, and show approvers what they like. */
function requireOwn(directory: string): void {
  const { uid, mode } = statSync(directory);
  const own = process.getuid === undefined || uid === process.getuid();
  if (own && (mode & 0o022) === 0) return;
  throw new UserError(
    `others can change ${directory}, where the socket for approvals would be`,
    'take it from them (chmod 700), or set SALLYPORT_RUNTIME_DIR to a directory of your own',
  );
}

/** Who can open the socket is this user; who else this user is, nobody here can tell. */
export function approver(): string {
  try {
    return userInfo().username;
  } catch {
    // Containers run as users that no list of users knows.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

function answerDecision(response: http.ServerResponse, name: string, result: DecideOutcome): void {
  switch (result.outcome) {
    case 'unknown':
      return send(response, 404, { error: `approval ${name} is not known` });
    case 'settled':
      return send(response, 409, {
        error: `approval ${name} is already ${result.approval.state}`,
        state: result.approval.state,
        item: toApprovalRequest(result.approval),
      });
    case 'decided':
      return send(response, 200, toApprovalRequest(result.approval));
  }
}

/** Undefined: it is too large. What is no object has none of the fields that are asked for. */
async function readJson(request: http.IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Read to its end all the same: a request that is broken off has no answer.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function send(response: http.ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
