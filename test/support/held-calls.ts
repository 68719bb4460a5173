/** A gate whose `transfer` needs a person, and what tests do with it. */
import { connect, type Socket } from 'node:net';
import type { Policy } from '../../core/policy/policy.ts';
import type { ApprovalRecord } from '../../sidecar/approvals/approval.ts';
import { eventually } from './eventually.ts';
import type { TestGate } from './gate.ts';
import { messagesIn, modernHeaders, modernRequest } from './messages.ts';
import { type PackSpec, policyOf } from './policy.ts';
import { type RawResponse, rawBytes, rawExchange } from './raw-http.ts';
import { bearer } from './session.ts';

/** `hold` is how long a call waits before its client is told to call again. */
export function rulesHolding(hold: string): PackSpec {
  return {
    tools: [
      { names: ['echo', 'slow', 'steps'], effect: 'Allow' },
      {
        name: 'ask',
        names: ['transfer', 'steps', 'slow'],
        effect: 'RequireApproval',
        reason: 'transfers need a person',
        approval: { hold },
      },
    ],
  };
}

export function policyHolding(hold: string): Policy {
  return policyOf(rulesHolding(hold), { anonymous: true });
}

export interface CallOptions {
  readonly tool?: string;
  readonly token?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly headers?: readonly (readonly [string, string])[];
}

type Args = Readonly<Record<string, unknown>>;

/** One `tools/call` of 2026-07-28. */
export async function transfer(gate: TestGate, args: Args, options: CallOptions = {}): Promise<Answer> {
  return new Answer(await rawExchange(gate.port, requestOf(args, options)));
}

/** The same, sent by a client that will not wait: destroy the socket. */
export function sendTransfer(gate: TestGate, args: Args, options: CallOptions = {}): Socket {
  const socket = connect(gate.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(rawBytes(gate.port, requestOf(args, options)));
  return socket;
}

function requestOf(args: Args, { tool = 'transfer', token, meta, headers = [] }: CallOptions) {
  const authorization = token === undefined ? [] : [bearer(token)];
  const body = modernRequest('tools/call', { name: tool, arguments: args, _meta: meta });
  const own = modernHeaders('tools/call', tool).filter(
    ([name]) => !headers.some(([other]) => other.toLowerCase() === name.toLowerCase()),
  );
  return { headers: [...own, ...headers, ...authorization], body };
}

interface ToolResult {
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
  readonly _meta?: { readonly 'sallyport.dev/refusal'?: { readonly reason: string; readonly approval?: string } };
}

export class Answer {
  readonly response: RawResponse;
  readonly messages: readonly Record<string, unknown>[];

  constructor(response: RawResponse) {
    this.response = response;
    this.messages = messagesIn(response.body);
  }

  get result(): ToolResult {
    const last = this.messages.at(-1);
    if (last === undefined || !('result' in last)) throw new Error(`no result in ${this.response.body}`);
    return last['result'] as ToolResult;
  }

  get text(): string {
    return this.result.content.map(({ text }) => text).join('\n');
  }

  /** Why it was not executed; undefined when it was. */
  get refusal(): string | undefined {
    return this.result._meta?.['sallyport.dev/refusal']?.reason;
  }

  /** Name of the approval that the refusal speaks of. */
  get approval(): string {
    const name = this.result._meta?.['sallyport.dev/refusal']?.approval;
    if (name === undefined) throw new Error(`no approval in ${this.response.body}`);
    return name;
  }
}

export function pendingApprovals(gate: TestGate): ApprovalRecord[] {
  return gate.approvals.list().filter(({ state }) => state === 'Pending');
}

/** The one that waits, as soon as it does. */
export async function pendingApproval(gate: TestGate): Promise<ApprovalRecord> {
  return eventually('a call is held', () => pendingApprovals(gate).at(-1));
}

export async function decidePending(gate: TestGate, decision: 'Approved' | 'Denied', reason?: string): Promise<void> {
  gate.approvals.decide((await pendingApproval(gate)).name, decision, 'ada', reason);
}
