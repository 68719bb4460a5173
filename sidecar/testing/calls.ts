/** Calls as the path would have made them by then: a test says only what it is about. */
import type { McpHeaders } from '../../core/mcp/classify.ts';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import type { Policy } from '../../core/policy/policy.ts';
import {
  Call,
  type EnteringCall,
  type JudgedCall,
  type JudgingMessage,
  type ListShare,
  type ReadCall,
  type ReadingCall,
} from '../call/call.ts';
import { CallRequest } from '../call/request.ts';
import {
  type Content,
  type Judgement,
  type Reading,
  type Sending,
  newContent,
  newEntry,
  newJudgement,
  newReading,
} from '../call/stages.ts';
import type { Room } from '../memory/room.ts';
import { LocalProof, type Proof } from '../identity/proof.ts';

export const HTTP: McpHeaders = { protocolVersion: undefined, method: undefined, name: undefined };

interface CallOptions extends Partial<ConstructorParameters<typeof CallRequest>[0]> {
  readonly policy?: Policy | undefined;
  readonly proof?: Proof | undefined;
  readonly list?: ListShare;
  readonly admittedAt?: number;
  readonly room?: Room | undefined;
}

const LOCAL = new LocalProof({ kind: 'local', name: 'me', groups: [] });

/** At its entry: nobody knows whose it is. */
export function enteringCall({
  policy,
  proof,
  list,
  room,
  admittedAt = 0,
  ...request
}: CallOptions = {}): EnteringCall {
  const asked = new CallRequest({ httpMethod: 'POST', traceId: 't', mcpHeaders: HTTP, ...request });
  return new Call(asked, admittedAt, { ...newEntry(policy, proof), room }, list);
}

/** About to be read: a body that is JSON, or text. */
export function readingCall(body?: unknown, options: CallOptions = {}): ReadingCall {
  const call = enteringCall({ proof: LOCAL, ...options });
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  call.isRead(
    newReading(options.policy, options.sessionId),
    body === undefined ? undefined : newContent(Buffer.from(text)),
  );
  return call as Call as ReadingCall;
}

interface Read {
  readonly message?: Content['message'];
  readonly reading?: Partial<Reading>;
  readonly judgement?: Partial<Judgement>;
  /** The server has it. */
  readonly sending?: Sending;
}

/** It is read: `message` is what it says. */
export function readCall({ message, reading }: Read = {}, options: CallOptions = {}): ReadCall {
  const call = enteringCall({ proof: LOCAL, ...options });
  const head = message === undefined ? undefined : { ...message, params: undefined, view: undefined };
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  call.isRead(
    {
      ...newReading(options.policy, options.sessionId),
      head,
      revision: findRevision('2025-11-25'),
      ...reading,
    },
    message === undefined ? undefined : { ...newContent(body), message },
  );
  return call as Call as ReadCall;
}

/** About to be judged. */
export function judgingMessage({ judgement, ...read }: Read, options: CallOptions = {}): JudgingMessage {
  const call = readCall(read, options);
  call.isJudged({ ...newJudgement(), ...judgement });
  return call as Call as JudgingMessage;
}

/** The server may have it. */
export function judgedCall(read: Read = {}, options: CallOptions = {}): JudgedCall {
  const call = judgingMessage(read, options);
  if (read.sending !== undefined) call.isSent(read.sending);
  return call as Call as JudgedCall;
}

export function requestOf(method: string, params: object = {}, id: string | number = 1) {
  return { kind: 'request', id, method, params: { ...params } } as const;
}
