/** Talks to the gates of this user: HTTP over the Unix socket that each running gate has. */
import { readdirSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import type { ApprovalDecision, ApprovalRequest } from '../core/api/approval-request.ts';
import { systemReason, UserError } from './errors.ts';

/** A gate answers at once; one that hangs must not keep the others from being asked. */
const TIMEOUT_MS = 5_000;

export type Decided =
  | { outcome: 'decided'; approval: ApprovalRequest }
  /** Too late: what it is by now. */
  | { outcome: 'settled'; state: string; approval: ApprovalRequest | undefined };

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export class Gates {
  readonly #sockets: readonly string[];
  /** Gates that do not answer as they should, for a warning. */
  readonly faults: string[] = [];

  constructor(sockets: readonly string[]) {
    this.#sockets = sockets;
  }

  /** Most urgent first. Undefined when no gate is running. */
  async list(): Promise<ApprovalRequest[] | undefined> {
    const lists = await Promise.all(this.#sockets.map((socket) => this.#listOf(socket)));
    const heard = lists.filter((list) => list !== undefined);
    if (heard.length === 0) return undefined;
    const items = heard.flat();
    return items.sort((a, b) => (a.spec.expiresAt < b.spec.expiresAt ? -1 : 1));
  }

  async get(name: string): Promise<ApprovalRequest | undefined> {
    const answer = await this.#askEach('GET', name);
    return answer?.status === 200 ? approvalIn(answer) : undefined;
  }

  /** Undefined when no gate knows the name. */
  async decide(name: string, decision: ApprovalDecision, reason: string | undefined): Promise<Decided | undefined> {
    const answer = await this.#askEach('POST', name, { decision, ...(reason === undefined ? {} : { reason }) });
    if (answer === undefined) return undefined;
    if (answer.status === 200) return { outcome: 'decided', approval: approvalIn(answer) };
    if (answer.status === 409) {
      const approval = await this.get(name);
      return { outcome: 'settled', state: approval?.status?.state ?? textIn(answer, 'state') ?? 'settled', approval };
    }
    throw new UserError(`the gate refused: ${textIn(answer, 'error') ?? `HTTP status ${answer.status}`}`);
  }

  /** What each running gate says of `path`; undefined when none is running. */
  async ask(path: string): Promise<readonly Record<string, unknown>[] | undefined> {
    const answers = await Promise.all(this.#sockets.map((socket) => this.#ask(socket, 'GET', path)));
    const heard = answers.filter((answer) => answer !== undefined);
    return heard.length === 0 ? undefined : heard.filter(({ status }) => status === 200).map(({ body }) => body);
  }

  async #listOf(socket: string): Promise<ApprovalRequest[] | undefined> {
    const answer = await this.#ask(socket, 'GET', '/approvals');
    if (answer === undefined) return undefined;
    const items = answer.status === 200 ? answer.body['items'] : undefined;
    if (Array.isArray(items) && items.every(isApproval)) return items;
    // That nothing waits there must not be said of what did not say so.
    this.faults.push(`${socket} does not answer as a gate does`);
    return undefined;
  }

  /** One after the other, so that a decision reaches one gate only: names are unique, and if not, the first is meant. */
  async #askEach(method: string, name: string, body?: object): Promise<Answer | undefined> {
    // The path of no name is that of the list.
    if (name === '') return undefined;
    let heard = false;
    for (const socket of this.#sockets) {
      const answer = await this.#ask(socket, method, `/approvals/${encodeURIComponent(name)}`, body);
      heard ||= answer !== undefined;
      if (answer !== undefined && answer.status !== 404) return answer;
    }
    if (!heard) throw noGate(this.faults);
    return undefined;
  }

  async #ask(socket: string, method: string, path: string, body?: object): Promise<Answer | undefined> {
    try {
      return await request(socket, method, path, body);
    } catch (error) {
      // A gate that was killed leaves its socket behind.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ECONNREFUSED' && code !== 'ENOENT')
        this.faults.push(`${socket} does not answer: ${systemReason(error)}`);
      return undefined;
    }
  }
}

export function noGate(faults: readonly string[]): UserError {
  const [fault] = faults;
  if (fault !== undefined) return new UserError(fault, 'restart that gate');
  return new UserError('no gate of this user is running', 'start one: sallyport up -f ./sallyport');
}

export function findSockets(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.sock'));
    return names.sort().map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UserError(`cannot read ${directory}: ${systemReason(error)}`, 'name a socket with --socket');
  }
}

function textIn({ body }: Answer, field: string): string | undefined {
  const value = body[field];
  return typeof value === 'string' ? value : undefined;
}

function isApproval(value: unknown): value is ApprovalRequest {
  if (typeof value !== 'object' || value === null || !('spec' in value)) return false;
  const { spec } = value;
  return typeof spec === 'object' && spec !== null && 'expiresAt' in spec;
}

function approvalIn({ body }: Answer): ApprovalRequest {
  if (isApproval(body)) return body;
  throw new UserError('what answers there is not a gate', 'choose another with --socket');
}

function request(socketPath: string, method: string, path: string, body: object | undefined): Promise<Answer> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
  return new Promise((resolve, reject) => {
    const sent = http.request({ socketPath, method, path, headers, agent: false, timeout: TIMEOUT_MS }, (response) => {
      readBody(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.once('timeout', () => sent.destroy(new Error('it took too long')));
    sent.once('error', reject);
    sent.end(payload);
  });
}

async function readBody(response: http.IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('it answers something else');
  return value as Record<string, unknown>;
}
