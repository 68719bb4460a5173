/** A call that its server is about to answer, the parts of a gate that the answer meets, and whoever reads it: a test says what it is about. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { pino } from 'pino';
import type { GateNote, LostKind } from '../../core/audit/gate-record.ts';
import type { DecisionInput } from '../../core/audit/record.ts';
import type { JsonObject, Message, MessageId } from '../../core/mcp/message.ts';
import { findRevision } from '../../core/mcp/revisions/index.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import { ApprovalNotes } from '../approvals/approval-notes.ts';
import type { AnswerParts } from '../answer/parts.ts';
import type { Call } from '../call/call.ts';
import type { Reply } from '../call/reply.ts';
import { newSending } from '../call/stages.ts';
import { LocalProof } from '../identity/proof.ts';
import { AbandonedCalls } from '../memory/abandoned-calls.ts';
import { DispatchedCalls } from '../memory/dispatched-calls.ts';
import { DefinitionTable } from '../memory/definitions.ts';
import { KeptResults } from '../memory/results/kept-results.ts';
import { ResultStore } from '../memory/results/result-store.ts';
import { InputSchemas } from '../memory/input-schemas.ts';
import { HeldTasks } from '../memory/held-tasks.ts';
import { HandleSeal } from '../memory/handle-seal.ts';
import { PodHandles } from '../memory/pod-handles.ts';
import { Holds } from '../memory/holds.ts';
import { Leases } from '../memory/history/leases.ts';
import { RiskView } from '../memory/history/risk-view.ts';
import { LocalHistory } from '../memory/history/local-history.ts';
import { InFlight } from '../memory/in-flight.ts';
import { Notices } from '../memory/notices.ts';
import type { Room } from '../memory/room.ts';
import { type Session, SessionTable } from '../memory/sessions.ts';
import { Streams } from '../memory/streams.ts';
import { TaskTable } from '../memory/tasks.ts';
import { Metrics } from '../telemetry/metrics.ts';
import type { HttpMethod, UpstreamRequest } from '../upstream/request.ts';
import type { Exchange, UpstreamSink } from '../upstream/upstream.ts';
import { HTTP, judgedCall } from './calls.ts';
import { FakeClock } from './fake-clock.ts';

/** Names that begin with `get_` may be used, and nothing else. */
export const GETTERS: Policy = policyOf(
  pack({
    tools: [{ names: ['get_*'], effect: 'Allow' }],
    resources: [{ uris: ['demo://open/**'], effect: 'Allow' }],
    prompts: [{ names: ['get_*'], effect: 'Allow' }],
  }),
);

export interface TestParts extends AnswerParts {
  readonly approvalNotes: ApprovalNotes;
  readonly clock: FakeClock;
  /** What has been put on record. */
  readonly lines: DecisionInput[];
  /** What has been noted besides calls, and what had to do without a line. */
  readonly notes: GateNote[];
  readonly lost: LostKind[];
  /** What the gate has sent of its own accord, and who hears of it. */
  readonly sent: { readonly request: UpstreamRequest; readonly sink: UpstreamSink }[];
  /** What was said to whoever runs the gate. */
  readonly said: string[];
  /** From now on in force. */
  setPolicy(policy: Policy | undefined): void;
  /** From now on nothing can be recorded. */
  failAudit(): void;
}

export function answerParts(first = GETTERS): TestParts {
  let policy: Policy | undefined = first;
  let state: 'ok' | 'failed' = 'ok';
  const clock = new FakeClock();
  const history = new LocalHistory(clock);
  const [lines, sent, said]: [DecisionInput[], TestParts['sent'], string[]] = [[], [], []];
  const [notes, lost]: [GateNote[], LostKind[]] = [[], []];
  return {
    clock,
    lines,
    notes,
    lost,
    sent,
    said,
    setPolicy: (next) => void (policy = next),
    failAudit: () => void (state = 'failed'),
    policy: { current: () => policy },
    approvalNotes: new ApprovalNotes((note) => notes.push(note)),
    audit: {
      get state() {
        return state;
      },
      append: (line) => void lines.push(line),
      intend: () => 0,
      refuseUnknown: (line) => lines.push(line) > 0,
      note: (note) => void notes.push(note),
      lose: (what) => void lost.push(what),
    },
    metrics: new Metrics('finance/ledger'),
    dispatched: new DispatchedCalls<Call>(
      () => clock.monotonic(),
      () => {},
    ),
    sessions: new SessionTable(clock),
    holds: new Holds(1024 * 1024),
    streams: new Streams(),
    tasks: new TaskTable(),
    heldTasks: new HeldTasks(clock, 1024 * 1024),
    definitions: new DefinitionTable(),
    inputSchemas: new InputSchemas(),
    results: new KeptResults(new ResultStore(clock, { fits: () => true })),
    seal: new HandleSeal(Buffer.alloc(32, 1)),
    handles: new PodHandles('finance/ledger'),
    upstream: {
      url: undefined,
      send(request, sink) {
        sent.push({ request, sink });
        return NO_EXCHANGE;
      },
      endpointIn: (announced) => (announced.startsWith('/') ? announced : undefined),
      close: async () => {},
    },
    abandoned: new AbandonedCalls(),
    history,
    leases: new Leases(history),
    risk: new RiskView(history),
    inFlight: new InFlight(),
    notices: new Notices(clock, ({ sentence }) => said.push(sentence)),
    log: pino({ level: 'silent' }),
    leaving: false,
  };
}

const NO_EXCHANGE: Exchange = { resume() {}, abort() {} };

/** What a test can say of a call; the rest is that of `tools/call` with id 1 in a POST of Streamable HTTP, revision 2025-11-25. */
export interface CallSketch {
  readonly httpMethod?: HttpMethod;
  readonly headers?: IncomingHttpHeaders;
  readonly version?: string;
  readonly method?: string;
  /** null: a notification, or for GET and DELETE nothing at all. */
  readonly id?: MessageId | null;
  readonly params?: JsonObject;
  readonly principal?: Principal | undefined;
  readonly policy?: Policy | undefined;
  readonly session?: Session;
  /** It came over a pipe, which has no headers. */
  readonly onPipe?: boolean;
  /** One of several in one POST. */
  readonly isElement?: boolean;
  /** What was decided about it. */
  readonly verdict?: Verdict;
  readonly room?: Room;
}

/** A call as it is when the server is handed it. */
export function callOf(parts: Pick<AnswerParts, 'sessions'>, sketch: CallSketch = {}): Call {
  const { httpMethod = 'POST', headers = {}, version = '2025-11-25', session, onPipe = false } = sketch;
  const principal = 'principal' in sketch ? sketch.principal : ada;
  const policy = 'policy' in sketch ? sketch.policy : GETTERS;
  const revision = findRevision(version);
  const isLegacy = revision?.era === 'legacy' && principal !== undefined;
  const conversation = isLegacy ? (session?.conversation ?? parts.sessions.sessionless(principal)) : undefined;
  const message = httpMethod === 'POST' ? messageOf(sketch) : undefined;
  const isRequest = message?.kind === 'request';
  return judgedCall(
    {
      message,
      reading: { revision, session, conversation },
      judgement: {
        rule: isRequest ? revision?.requests.get(message.method) : undefined,
        asked: isRequest ? conversation?.asked.claim(message.id) : undefined,
        resumes: headers['last-event-id'] !== undefined,
        verdict: sketch.verdict,
      },
      sending: newSending(0, revision?.era, message),
    },
    {
      ...{ httpMethod, headers, policy, sessionId: session?.id, traceId: 'trace' },
      mcpHeaders: onPipe ? undefined : HTTP,
      proof: principal === undefined ? undefined : new LocalProof(principal),
      room: sketch.room,
      ...(sketch.isElement === true && { list: { inspection: undefined, settled() {} } }),
    },
  );
}

function messageOf({ id = 1, method = 'tools/call', params = {} }: CallSketch): Message {
  return id === null ? { kind: 'notification', method, params } : { kind: 'request', id, method, params };
}

/** A session of HTTP+SSE, and the stream on which its client hears all answers. */
export function endpointSession(parts: AnswerParts, stream: Reply): Session {
  const version = findRevision('2024-11-05');
  if (version === undefined) throw new Error('the oldest revision is known');
  return parts.sessions.open('endpoint', ada, version, { endpoint: '/post', stream, ownUnread: 0 });
}

/** Whoever reads an answer, at the pace that a test sets. */
export class TestReply implements Reply {
  status = 0;
  headers: OutgoingHttpHeaders = {};
  text = '';
  started = false;
  open = true;
  /** Cut off, so that nobody takes it for whole. */
  torn = false;
  unread = 0;
  /** False makes a client that does not read. */
  reads = true;
  readonly #onDrain: (() => void)[] = [];
  #onGone: (() => void)[] = [];

  /** What came as events, or as one message. */
  get messages(): JsonObject[] {
    return this.text
      .split('\n')
      .filter((line) => line.startsWith('data: {') || line.startsWith('{'))
      .map((line) => JSON.parse(line.replace(/^data: /, '')) as JsonObject);
  }

  send(status: number, headers: OutgoingHttpHeaders, body: Buffer | string): void {
    this.start(status, headers);
    this.text += body.toString();
    this.open = false;
  }

  start(status: number, headers: OutgoingHttpHeaders): void {
    this.started = true;
    this.status = status;
    this.headers = headers;
  }

  write(chunk: Buffer): boolean {
    this.text += chunk.toString();
    if (!this.reads) this.unread += chunk.length;
    return this.reads;
  }

  end(): void {
    this.open = false;
  }

  destroy(): void {
    this.open = false;
    this.torn = true;
  }

  onDrain(resume: () => void): void {
    this.#onDrain.push(resume);
  }

  onClientGone(listener: () => void): void {
    this.#onGone.push(listener);
  }

  /** The client takes all that is there, and goes on reading. */
  drain(): void {
    this.reads = true;
    this.unread = 0;
    for (const resume of this.#onDrain.splice(0)) resume();
  }

  leave(): void {
    this.open = false;
    for (const listener of this.#onGone.splice(0)) listener();
  }
}

/** What a server would say of a call, as text. */
export function answerTo(id: MessageId | undefined, result: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

export function errorTo(id: MessageId | undefined, error: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}
