/**
 * The proof that one line is in what a gate has signed, in the form of C2SP tlog-proof (https://c2sp.org/tlog-proof): its `extra` is the
 * line itself, so that the proof and the gate's verifier key are all that is needed.
 */
import { lineHash } from './chain.ts';
import { originOf, parseCheckpoint } from './note/checkpoint.ts';
import { type Cosignature, cosignaturesOf } from './note/cosignature.ts';
import type { VerifierKey, WitnessKey } from './note/note-keys.ts';
import { parseNote, type SignedNote, verifyNote } from './note/signed-note.ts';
import { parseLine } from './parse-line.ts';
import { serverOfKey } from './signers.ts';
import { HASH_BYTES, leafHash } from './tree/compact-range.ts';
import { rootOfInclusion } from './tree/verify-proof.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A line has at most a few KB, a path 53 hashes. */
const MAX_LENGTH = 16 * 1024 * 1024;

export interface LineProof {
  /** Its bytes, without the newline. */
  readonly line: Uint8Array;
  /** Its `seq`. */
  readonly index: number;
  readonly path: readonly Uint8Array[];
  /** The signed note as it is in the log. */
  readonly checkpoint: string;
}

export function formatLineProof({ line, index, path, checkpoint }: LineProof): string {
  const hashes = path.map((sibling) => `${Buffer.from(sibling).toString('base64')}\n`).join('');
  return `${HEADER}\nextra ${Buffer.from(line).toString('base64')}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

export function parseLineProof(text: string): LineProof | undefined {
  const end = text.indexOf('\n\n');
  if (text.length > MAX_LENGTH || end === -1) return undefined;
  const [header, extra = '', index = '', ...hashes] = text.slice(0, end).split('\n');
  const number = /^index (0|[1-9][0-9]{0,15})$/.exec(index)?.[1];
  if (header !== HEADER || !extra.startsWith('extra ') || number === undefined || hashes.length > 64) return undefined;
  const path = hashes.map((sibling) => Buffer.from(sibling, 'base64'));
  if (path.some((sibling) => sibling.length !== HASH_BYTES)) return undefined;
  const line = Buffer.from(extra.slice('extra '.length), 'base64');
  return { line, index: Number(number), path, checkpoint: text.slice(end + 2) };
}

export type LineProofVerdict =
  | {
      readonly ok: true;
      readonly by: VerifierKey;
      readonly stream: string;
      readonly size: number;
      /** The earliest of the witnesses given: the line existed at that time. */
      readonly witnessed: Cosignature | undefined;
    }
  | { readonly ok: false; readonly problem: string };

export function checkLineProof(
  { line, index, path, checkpoint }: LineProof,
  keys: readonly VerifierKey[],
  witnesses: readonly WitnessKey[] = [],
): LineProofVerdict {
  const note = parseNote(checkpoint);
  const head = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || head === undefined) return not('what it holds as its checkpoint is none');
  const verdict = verifyNote(note, keys);
  if (verdict === 'wrong') return not('its checkpoint is not signed by the key that it names');
  if (verdict === 'unknown')
    return not(`its checkpoint is signed by ${signers(note)}, which is none of the keys given`);
  const root = rootOfInclusion({ index, size: head.size, path }, leafHash(lineHash(line)));
  if (root === undefined || Buffer.compare(root, head.root) !== 0)
    return not('the line is not in what was signed: it, its number or the path was edited');
  const { fields } = parseLine(line);
  if (fields === undefined || fields.seq !== index || originOf(fields.stream) !== head.origin)
    return not('the line says another number or stream than its place in what was signed');
  if (serverOfKey(verdict.by.name) !== fields.server)
    return not(`it is signed by ${verdict.by.name}, and the line says that it is of ${fields.server || 'no server'}`);
  const seen = cosignaturesOf(note, witnesses);
  if (seen === 'wrong') return not('its checkpoint is not what the witness that it names has signed');
  const [witnessed] = seen.toSorted((a, b) => a.time - b.time);
  return { ok: true, by: verdict.by, stream: fields.stream, size: head.size, witnessed };
}

function not(problem: string): LineProofVerdict {
  return { ok: false, problem };
}

function signers({ signatures }: SignedNote): string {
  return signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
}
