/** One message on its way from client to server, and all that the path has learned about it. */
import type { IncomingHttpHeaders } from 'node:http';
import type { MethodRule, Target } from '../../core/mcp/catalogue.ts';
import type { McpHeaders } from '../../core/mcp/classify.ts';
import type { Declared } from '../../core/mcp/client-capabilities.ts';
import type { Message, MessageId } from '../../core/mcp/message.ts';
import type { Outline } from '../../core/mcp/outline.ts';
import type { Awaits } from '../../core/mcp/refusals.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Inspection } from '../../core/policy/inspection.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Conversation } from '../memory/conversation.ts';
import type { Asked } from '../memory/asked.ts';
import type { Place } from '../memory/in-order.ts';
import type { Proof } from '../identity/proof.ts';
import type { Room } from '../memory/room.ts';
import type { Session } from '../memory/sessions.ts';
import type { HttpMethod } from '../upstream/request.ts';

/** Fields are set in the order of the path; each step may read what earlier steps have set. */
export class Call {
  readonly httpMethod: HttpMethod;
  readonly headers: IncomingHttpHeaders;
  /** Undefined on transports without headers. */
  readonly mcpHeaders: McpHeaders | undefined;
  /** Session the client names, if it names one. */
  sessionId: string | undefined;
  /** It names it in the address it posts to, which HTTP+SSE (2024-11-05) gave out. */
  isPostedToEndpoint = false;
  readonly traceId: string;
  /** Monotonic milliseconds: when the head of the request, and later its body, had been received. */
  admittedAt: number;

  body: Buffer | undefined = undefined;
  /** The messages of a body that is a list of them; each becomes a call of its own. */
  batch: readonly Buffer[] | undefined = undefined;
  /** True for a message that came in a list. */
  isElement = false;
  policy: Policy | undefined = undefined;
  /** What has shown who makes it. */
  proof: Proof | undefined = undefined;
  message: Message | undefined = undefined;
  /** Of a body that is refused as it stands: who has to hear of it. Nothing is decided by it. */
  outline: Outline | undefined = undefined;
  /** False when a number of the body cannot be told from its neighbours. */
  exact = true;
  revision: Revision | undefined = undefined;
  session: Session | undefined = undefined;
  /** Of the legacy era, and of transports that carry one client only. */
  conversation: Conversation | undefined = undefined;
  asked: Asked | undefined = undefined;
  /** Of the modern era: what the client can be asked in the answer. */
  declares: Declared | undefined = undefined;
  /** What it takes up, since it is known whose it is. */
  room: Room | undefined = undefined;
  /** Counted as a call that is open in it. */
  openIn: Session | undefined = undefined;
  method: MethodRule | undefined = undefined;
  targets: readonly Target[] = NO_TARGETS;
  /** What deciding about it has cost; of a batch, about all of its messages. Undefined while nothing was asked that costs much. */
  inspection: Inspection | undefined = undefined;
  decision: Verdict | undefined = undefined;
  argumentsHmac: string | undefined = undefined;
  approval: { readonly name: string; state: string } | undefined = undefined;
  /** What went wrong with it, in the words that its client gets. */
  detail: string | undefined = undefined;
  /** Monotonic milliseconds at which the call was handed to the server; 0 when it was not. */
  forwardedAt = 0;
  /** Among those that the server has. */
  place: Place<Call> | undefined = undefined;
  /** Milliseconds until the server's first byte of an answer. */
  upstreamMs: number | undefined = undefined;
  /** Milliseconds spent waiting for a person. */
  heldMs = 0;
  /** Milliseconds spent on inspecting the answer. */
  responseDoorMs = 0;
  recorded = false;
  /** Told once, when it is. */
  onRecorded: (() => void) | undefined = undefined;
  /** `seq` of the record that says that it is, or is about to be, with the server. */
  intent: number | undefined = undefined;
  /** Whoever is at the other end, where there is a connection: for what is recorded of those nobody knows. */
  peer: { readonly remoteAddress?: string | undefined } | undefined = undefined;

  constructor(
    httpMethod: HttpMethod,
    headers: IncomingHttpHeaders,
    mcpHeaders: McpHeaders | undefined,
    sessionId: string | undefined,
    traceId: string,
    admittedAt: number,
  ) {
    this.httpMethod = httpMethod;
    this.headers = headers;
    this.mcpHeaders = mcpHeaders;
    this.sessionId = sessionId;
    this.traceId = traceId;
    this.admittedAt = admittedAt;
  }

  /**
   * For a call that is on its way: nobody asks for its params again. Kept until the answer comes, large ones would survive
   * into the part of the heap that is expensive to clean: a sixth of the CPU of a call of 50 KB.
   */
  forgetParams(): void {
    this.inspection = undefined;
    this.body = undefined;
    const { message } = this;
    if (message?.kind !== 'request') return;
    this.message = { kind: 'request', id: message.id, method: message.method, params: NO_PARAMS };
    this.targets = this.targets.map(withoutArguments);
  }

  /** For a call that waits: only what the answer to it needs is kept, besides its text. */
  forgetArguments(): void {
    this.inspection = undefined;
    const { message } = this;
    if (message?.kind !== 'request') return;
    const { _meta } = message.params;
    const params = _meta === undefined ? NO_PARAMS : { _meta };
    this.message = { kind: 'request', id: message.id, method: message.method, params };
    this.targets = this.targets.map(withoutArguments);
  }

  /** One of the messages of this call's body, as a call of its own. */
  element(body: Buffer): Call {
    const { httpMethod, headers, mcpHeaders, sessionId, traceId, admittedAt } = this;
    const element = new Call(httpMethod, headers, mcpHeaders, sessionId, traceId, admittedAt);
    element.isElement = true;
    element.isPostedToEndpoint = this.isPostedToEndpoint;
    element.body = body;
    element.inspection = this.inspection;
    element.policy = this.policy;
    element.proof = this.proof;
    element.peer = this.peer;
    return element;
  }

  get principal(): Principal | undefined {
    return this.proof?.principal;
  }

  /** The id an answer must carry; null where there is none to answer. */
  get id(): MessageId | null {
    if (this.message === undefined) return this.outline?.kind === 'request' ? this.outline.id : null;
    return this.message.kind === 'request' ? this.message.id : null;
  }

  get awaits(): Awaits {
    if (this.id !== null) return 'answer';
    if (this.message !== undefined) return 'nothing';
    const { kind, method } = this.outline ?? {};
    // Of another name it may be a call whose id was forgotten.
    const isNotification = kind === 'notification' && method?.startsWith('notifications/') === true;
    return kind === 'response' || isNotification ? 'nothing' : undefined;
  }

  /** What the server speaks to the client: in a session what both agreed on, whatever a single request of it says. */
  get answeredIn(): Revision | undefined {
    return this.session?.revision ?? this.revision;
  }

  get methodName(): string | undefined {
    return this.message === undefined || this.message.kind === 'response' ? undefined : this.message.method;
  }
}

const NO_TARGETS: readonly Target[] = [];
const NO_PARAMS = Object.freeze({});

function withoutArguments({ kind, name }: Target): Target {
  return { kind, name, args: undefined };
}
