/** Records as many gates would write them: what repeats does so as often as in life, and what is random is. */
import { randomBytes } from 'node:crypto';
import { Chain } from '../../core/audit/chain.ts';
import { checkpointRecord, openRecord } from '../../core/audit/gate-record.ts';
import { checkpointText, originOf } from '../../core/audit/note/checkpoint.ts';
import { newSigningKey, parseSigningKey, type SigningKey } from '../../core/audit/note/note-keys.ts';
import { signNote } from '../../core/audit/note/signed-note.ts';
import { decisionRecord } from '../../core/audit/record.ts';
import type { LastLine } from '../../sidecar/archive-client/sender.ts';

const TOOLS = 40;
const PRINCIPALS = 200;
const CALLS_OF_SESSION = 50;
const LINES_OF_CHECKPOINT = 500;
/** Of time between two calls of one gate. */
const STEP_MS = 400;

/** What somebody may look for later. */
export interface Known {
  readonly traces: string[];
  readonly sessions: string[];
}

export interface MadeSegment {
  readonly bytes: Buffer;
  readonly last: LastLine;
  readonly records: number;
}

export const principal = (at: number): string => `agent-${at % PRINCIPALS}`;
export const tool = (at: number): string => `tool_${at % TOOLS}_${['read', 'write', 'list'][at % 3]}`;

export class GateOfBench {
  readonly server: string;
  readonly #chain: Chain;
  readonly #signer: SigningKey;
  readonly #stream: string;
  readonly #known: Known;
  #session = '';
  #calls = 0;
  time: number;

  constructor(server: string, start: number, known: Known) {
    const key = parseSigningKey(newSigningKey(`sallyport/${server}`));
    if (key === undefined) throw new Error('no key');
    this.server = server;
    this.time = start;
    this.#known = known;
    this.#signer = key;
    this.#stream = `${server}/1`;
    this.#chain = new Chain({ stream: this.#stream, server });
  }

  segment(records: number): MadeSegment {
    const lines: string[] = [];
    if (this.#chain.next === 0)
      lines.push(this.#chain.append(openRecord(this.time, undefined, this.#signer.verifier.text)));
    while (lines.length < records) {
      if (this.#chain.next % LINES_OF_CHECKPOINT === 0) lines.push(this.#checkpoint());
      lines.push(this.#call());
    }
    const last = { stream: this.#stream, seq: this.#chain.next - 1, hash: this.#chain.head };
    return { bytes: Buffer.from(`${lines.join('\n')}\n`), last, records: lines.length };
  }

  #checkpoint(): string {
    const text = checkpointText({ origin: originOf(this.#stream), size: this.#chain.next, root: this.#chain.root() });
    return this.#chain.append(checkpointRecord(this.time, signNote(text, this.#signer)));
  }

  #call(): string {
    const at = (this.#calls += 1);
    this.time += STEP_MS;
    const traceId = randomBytes(16).toString('hex');
    if (at % CALLS_OF_SESSION === 1) this.#session = randomBytes(16).toString('hex');
    if (at % 1000 === 1) {
      this.#known.traces.push(traceId);
      this.#known.sessions.push(this.#session);
    }
    const isDenied = at % 20 === 0;
    const rule = `${this.server.split('/')[0]}/base#${isDenied ? 'no-writes' : 'reads'}`;
    return this.#chain.append(
      decisionRecord({
        argumentsHmac: randomBytes(32).toString('hex'),
        decision: {
          effect: isDenied ? 'Deny' : 'Allow',
          mode: 'Enforce',
          reason: isDenied ? 'denied' : 'forwarded',
          revision: 'sha256:fd5cba00bb97f56bc22f3d918c4bbda587167e68c72c601e752123aa68c44db3',
          rules: [rule],
        },
        latency: { sallyportMs: 0.4, upstreamMs: isDenied ? undefined : 12.5 },
        method: 'tools/call',
        outcome: isDenied ? 'refused' : 'answered',
        principal: { groups: ['agents'], kind: 'token', name: principal(at * 7) },
        session: this.#session,
        time: this.time,
        tool: tool(at * 11),
        traceId,
      }),
    );
  }
}
