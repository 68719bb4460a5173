/** A client that started us itself and speaks over our standard input and output: one message a line. */
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MessageLines } from '../../../core/mcp/message-lines.ts';
import type { Overlong } from '../../../core/mcp/overlong-message.ts';
import { type Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { outlineOf } from '../../../core/mcp/outline.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import { Call, type EnteringCall } from '../../call/call.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import { CallRequest } from '../../call/request.ts';
import { type Head, newEntry, newReading } from '../../call/stages.ts';
import { failCall } from '../../path/fail-call.ts';
import { admit, enter, readToRefuse } from '../../path/path.ts';
import { refuseUnread } from '../../path/refuse-unread.ts';
import type { PathParts } from '../../path/parts.ts';
import { LocalProof } from '../../identity/proof.ts';
import { newTraceId } from '../../telemetry/trace-id.ts';
import { StdioReply } from './reply.ts';

const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** Of answers that the client has not read; then its next messages wait in the pipe. Larger than any two of them. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;
/** How long calls may still take after the client has closed its end. */
const ANSWER_GRACE_MS = 5_000;

const CUT_OFF = refuse(
  'draining',
  'the input ended before the server had answered. The server may have executed the call: look before calling again',
);

export class StdioServer {
  readonly #gate: PathParts;
  /** Whoever can write to our standard input started us: proven by the operating system. */
  readonly #proof: LocalProof;
  readonly #output: Writable;
  readonly #replies = new Set<StdioReply>();
  /** Never over by itself. */
  #stream: StdioReply | undefined = undefined;

  constructor(gate: PathParts, principal: Principal, output: Writable) {
    this.#gate = gate;
    this.#proof = new LocalProof(principal);
    this.#output = output;
  }

  /** Serves until the input ends and what was asked is answered, or has had its time; resolves then. */
  async serve(input: Readable): Promise<void> {
    this.#openStream();
    // Beyond this a line is not even held; up to it, it gets a refusal in words.
    const lines = new MessageLines(MAX_LINE_BYTES, {
      onLine: (line) => this.#takeFenced(line),
      onOverlong: (message) => this.#refuseOverlong(message),
      onEndless: () => {
        this.#refuseEndless();
        input.destroy();
      },
    });
    await new Promise<void>((resolve) => {
      input.on('data', (chunk: Buffer) => {
        lines.push(chunk);
        this.#waitForReader(input);
      });
      input.once('end', () => resolve());
      input.once('close', () => resolve());
      input.once('error', () => resolve());
    });
    await this.#answersWithin(ANSWER_GRACE_MS);
    // Who closes one end may still read the other.
    this.#gate.inFlight.interruptAll(CUT_OFF);
    for (const reply of this.#replies) reply.clientGone();
    this.#stream?.clientGone();
  }

  /** Who asks and does not read what is answered would fill our memory. */
  #waitForReader(input: Readable): void {
    if (this.#output.writableLength < MAX_UNREAD_BYTES || input.isPaused()) return;
    input.pause();
    // Also when nobody will read any more: the end of the input has to be seen then.
    const events = ['drain', 'error', 'close'] as const;
    const goOn = (): void => {
      for (const event of events) this.#output.off(event, goOn);
      input.resume();
    };
    for (const event of events) this.#output.on(event, goOn);
  }

  async #answersWithin(ms: number): Promise<void> {
    const deadline = this.#gate.clock.monotonic() + ms;
    while (this.#replies.size > 0 && this.#gate.clock.monotonic() < deadline) await sleep(10);
  }

  /** What the server says outside of answers has a stream of its own from the start, as on a GET of Streamable HTTP. */
  #openStream(): void {
    const call = this.#newCall('GET', this.#gate.policy.current());
    this.#stream = new StdioReply(call, this.#output, () => {});
    admit(call, undefined, this.#stream, this.#gate);
  }

  /** A line that brings something to fall ends itself, and none of what comes behind it. */
  #takeFenced(line: Buffer): void {
    const call = this.#newCall('POST');
    const reply = this.#newReply(call);
    try {
      this.#take(line, call, reply);
    } catch (error) {
      failCall(call, reply, this.#gate, error);
    }
  }

  #take(line: Buffer, call: EnteringCall, reply: StdioReply): void {
    const refusal = enter(call, this.#gate);
    const problem = refusal ?? tooLarge(call, line);
    if (problem === undefined) admit(call, line, reply, this.#gate);
    // There is no connection that would tell the client which of its calls is refused: only the id does.
    else if (refusal === undefined) refuseUnread(call, reply, this.#gate, problem, outlineOf(line));
    else readToRefuse(call, line, reply, this.#gate, problem);
  }

  /** One message that is too long costs its sender that one: its id is known, and where it ends. */
  #refuseOverlong(message: Overlong): void {
    if (message.kind === 'answer') {
      // The server that asked must not wait for what will not come.
      const error = { code: -32600, message: `The client's answer is larger than ${MAX_LINE_BYTES} bytes` };
      this.#takeFenced(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: message.id, error })));
      return;
    }
    const call = this.#newCall('POST');
    const refusal = enter(call, this.#gate) ?? refuse('body-too-large', `at most ${MAX_LINE_BYTES} bytes are taken`);
    const reading = newReading(call.policy, undefined);
    reading.head = headOf(message);
    call.isRead(reading, undefined);
    refuseCall(call, this.#newReply(call), this.#gate, refusal);
  }

  /** Nobody knows where such a line ends, so nothing after it can be read either. */
  #refuseEndless(): void {
    const call = this.#newCall('POST');
    const refusal = refuse('body-too-large', `no line may be longer than ${MAX_LINE_BYTES} bytes; the connection ends`);
    refuseCall(call, this.#newReply(call), this.#gate, refusal);
  }

  #newReply(call: Call): StdioReply {
    const reply = new StdioReply(call, this.#output, () => this.#replies.delete(reply));
    this.#replies.add(reply);
    return reply;
  }

  #newCall(httpMethod: 'POST' | 'GET', policy?: Policy): EnteringCall {
    const request = new CallRequest({ httpMethod, traceId: newTraceId() });
    return new Call(request, this.#gate.clock.monotonic(), newEntry(policy, this.#proof));
  }
}

/** What is known of a message that was not held: enough to answer it and to record it. */
function headOf(message: Exclude<Overlong, { kind: 'answer' }>): Head | undefined {
  if (message.kind === 'request') return message;
  return message.method === undefined ? undefined : { kind: 'notification', method: message.method };
}

function tooLarge(call: Call, line: Buffer): Refusal | undefined {
  const limit = call.policy?.bundle.limits.body ?? 0;
  return line.length > limit ? refuse('body-too-large', `at most ${limit} bytes are taken`) : undefined;
}
