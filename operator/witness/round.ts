/** One look at what has come for a shard: what of it is cosigned, and what else it is answered with. Pure but for the signatures. */
import { cosignatureLine } from '../../core/audit/note/cosignature.ts';
import type { CosigningKey } from '../../core/audit/note/note-keys.ts';
import { begunIn, checkpointOf, type Entry, originIn, seriesOf } from './entry.ts';
import { judge, type Shown } from './judge.ts';

/** A checkpoint of a stream, signed by a key of its server. */
export interface Submitted extends Shown {
  readonly key: string;
  /** `namespace/name` of the MCPServer. */
  readonly server: string;
  readonly pod: string;
  readonly uid: string;
  /** What is signed of the note, with its last newline. */
  readonly text: string;
  /** The note with the signature of the gate alone. */
  readonly note: string;
}

export type WitnessAnswer =
  | {
      readonly kind: 'cosigned';
      readonly size: number;
      /** Lines of the note, with their newlines. */
      readonly cosignatures: string;
    }
  | { readonly kind: 'conflict'; readonly size: number }
  | { readonly kind: 'fork' | 'refused' | 'full'; readonly why: string };

export interface Round {
  readonly answers: readonly WitnessAnswer[];
  /** What to hold from now on. */
  readonly put: ReadonlyMap<string, Entry>;
  /** Some are answered by what was held, which may have been held by another replica since. */
  readonly isDoubtful: boolean;
}

export function roundOf(
  entries: ReadonlyMap<string, Entry>,
  submitted: readonly Submitted[],
  keys: readonly CosigningKey[],
  now: number,
): Round {
  const put = new Map<string, Entry>();
  let isDoubtful = false;
  const answers = submitted.map((one): WitnessAnswer => {
    const entry = put.get(one.key) ?? entries.get(one.key);
    const { answer, next } =
      entry === undefined && !isNewest(one, entries, put) ? PAST : answerTo(one, entry, keys, now);
    if (next !== undefined) put.set(one.key, next);
    if (answer.kind !== 'cosigned') isDoubtful = true;
    return answer;
  });
  return { answers, put, isDoubtful };
}

interface Answered {
  readonly answer: WitnessAnswer;
  readonly next?: Entry;
}

const PAST: Answered = {
  answer: {
    kind: 'refused',
    why: 'a stream of this pod that began later is witnessed already; was the clock of its node set back?',
  },
};

/**
 * Of one that has left it is not known any more what was cosigned, and other lines would go on from nothing as well. So what is new has begun
 * after all that are held of its pod, of which the newest stays while the pod is there.
 */
function isNewest(one: Submitted, ...held: readonly ReadonlyMap<string, Entry>[]): boolean {
  const origin = originIn(one);
  const [series, begun] = [seriesOf(origin), begunIn(origin) ?? Number.NEGATIVE_INFINITY];
  for (const entry of held.flatMap((entries) => Array.from(entries.values()))) {
    const other = originIn(entry);
    if (seriesOf(other) === series && (begunIn(other) ?? Number.NEGATIVE_INFINITY) >= begun) return false;
  }
  return true;
}

function answerTo(one: Submitted, entry: Entry | undefined, keys: readonly CosigningKey[], now: number): Answered {
  if (entry !== undefined && (entry.uid !== one.uid || entry.server !== one.server)) {
    return { answer: { kind: 'refused', why: `the stream is that of pod ${entry.pod}` } };
  }
  const judgement = judge(entry === undefined ? undefined : checkpointOf(entry), one);
  if (judgement.kind === 'conflict') return { answer: judgement };
  if (judgement.kind === 'fork') {
    const { why } = judgement;
    const { size, root } = one.head;
    const time = new Date(now).toISOString();
    const fork = { time, pod: one.pod, size, root: Buffer.from(root).toString('base64'), why };
    // The first is kept: more of them say nothing new, and would be a write each.
    const next = entry === undefined || entry.fork !== undefined ? {} : { next: { ...entry, fork } };
    return { answer: { kind: 'fork', why }, ...next };
  }
  const { size } = one.head;
  if (judgement.kind === 'held' && entry !== undefined)
    return { answer: { kind: 'cosigned', size, cosignatures: cosignaturesIn(entry) } };
  const cosignatures = keys.map((key) => cosignatureLine(one.text, Math.floor(now / 1000), key)).join('');
  const next: Entry = {
    ...(entry?.fork === undefined ? {} : { fork: entry.fork }),
    server: one.server,
    pod: one.pod,
    uid: one.uid,
    time: new Date(now).toISOString(),
    note: `${one.note}${cosignatures}`,
  };
  return { answer: { kind: 'cosigned', size, cosignatures }, next };
}

/** Behind the signature of the gate, which comes first. */
function cosignaturesIn({ note }: Entry): string {
  const signatures = note.slice(note.lastIndexOf('\n\n') + 2);
  return signatures.slice(signatures.indexOf('\n') + 1);
}
