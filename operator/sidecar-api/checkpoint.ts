/**
 * POST /v1/checkpoints: the newest checkpoint of a gate's audit log, to be cosigned. What is sent and what comes back is that of a witness
 * (C2SP tlog-witness, add-checkpoint), as JSON: 200 with cosignatures, 409 with the size that the proof has to begin at, 422 for what does
 * not go on from it, 403 for a stream that is not the caller's or a key that is not its server's.
 */
import * as z from 'zod';
import { parseCheckpoint } from '../../core/audit/note/checkpoint.ts';
import type { VerifierKey } from '../../core/audit/note/note-keys.ts';
import { type NoteSignature, parseNote, type SignedNote, verifyNote } from '../../core/audit/note/signed-note.ts';
import { begunIn, keyOf, seriesOf } from '../witness/entry.ts';
import type { Submitted, WitnessAnswer } from '../witness/round.ts';

const HASH = /^[A-Za-z0-9+/]{43}=$/;
/** As many as a path in the largest tree has (C2SP tlog-witness). */
const MAX_PROOF = 63;
/** Ours have some 400 bytes. */
const MAX_CHECKPOINT = 4096;
/** Between the clock of a node and that of the API server. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

export const checkpointSchema = z.object({
  old: z.int().min(0),
  proof: z.array(z.string().regex(HASH, 'is not the base64 of 32 bytes')).max(MAX_PROOF),
  checkpoint: z.string().max(MAX_CHECKPOINT),
});

/** Who shows it: a pod, and the server whose gate it carries. */
export interface Shower {
  readonly namespace: string;
  readonly server: string;
  readonly pod: string;
  readonly podUid: string;
  /** When the pod was made: RFC 3339. */
  readonly podCreated: string | undefined;
}

export interface WitnessHttpAnswer {
  readonly status: number;
  readonly body: object;
}

export type Read = { readonly origin: string; readonly submitted: Submitted } | WitnessHttpAnswer;

/** What the witness is to look at; or the answer, where it need not. `keys`: of the server. */
export function readSubmission(
  { old, proof, checkpoint: text }: z.infer<typeof checkpointSchema>,
  { namespace, server, pod, podUid, podCreated }: Shower,
  keys: readonly VerifierKey[],
): Read {
  const name = `${namespace}/${server}`;
  const note = parseNote(text);
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined || checkpoint.size === 0 || hasMore(note))
    return refused(400, 'checkpoint is no checkpoint of an audit log');
  if (old > checkpoint.size) return refused(400, 'old is larger than the checkpoint');
  const begun = begunIn(checkpoint.origin);
  if (begun === undefined || seriesOf(checkpoint.origin) !== `sallyport/${name}/${pod}`)
    return refused(
      403,
      `the gate of ${name} in pod ${pod} speaks for its own streams only, sallyport/${name}/${pod}/ and when each began, not for ${JSON.stringify(checkpoint.origin)}`,
    );
  // That of an earlier pod of the same name: what was witnessed of it may be held no more, so anything would go on from it.
  if (begun + CLOCKS_DIFFER_MS < Date.parse(podCreated ?? ''))
    return refused(
      403,
      `the stream began before pod ${pod} was made at ${podCreated}; is the clock of its node right?`,
    );
  const verdict = verifyNote(note, keys);
  if (typeof verdict === 'string')
    return refused(403, `the checkpoint is not signed by the key of ${name}; report, and take the key of the answer`);
  const signature = note.signatures.find(({ id, name: by }) => id === verdict.by.id && by === verdict.by.name);
  return {
    origin: checkpoint.origin,
    submitted: {
      key: keyOf(checkpoint.origin),
      server: name,
      pod,
      uid: podUid,
      old,
      proof: proof.map((hash) => Buffer.from(hash, 'base64')),
      head: checkpoint,
      text: note.text,
      // Whatever else has signed is not kept here.
      note: `${note.text}\n${signature === undefined ? '' : lineOf(signature)}`,
    },
  };
}

/** What a checkpoint of ours does not have: it would be kept, and nobody has asked for it. */
function hasMore({ text }: SignedNote): boolean {
  return text.split('\n').length !== 4;
}

function lineOf({ name, id, value }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), value]).toString('base64')}\n`;
}

export function answerOf(answer: WitnessAnswer): WitnessHttpAnswer {
  switch (answer.kind) {
    case 'cosigned':
      return { status: 200, body: { size: answer.size, cosignatures: answer.cosignatures } };
    case 'conflict':
      return {
        status: 409,
        body: {
          size: answer.size,
          error: `the proof has to begin at ${answer.size} lines, which are witnessed already`,
        },
      };
    case 'fork':
      return { status: 422, body: { error: `it does not go on from what was witnessed: ${answer.why}` } };
    case 'refused':
      return { status: 403, body: { error: answer.why } };
    case 'full':
      return { status: 507, body: { error: answer.why } };
  }
}

function refused(status: 400 | 403, error: string): WitnessHttpAnswer {
  return { status, body: { error } };
}
