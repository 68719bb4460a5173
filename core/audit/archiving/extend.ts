/** Whether lines go on from what the archive has of their stream: numbers, links, tree and what was signed of it. Pure. */
import { checkpointIn } from '../line-checkpoint.ts';
import { parseVerifierKey } from '../note/note-keys.ts';
import { verifyNote } from '../note/signed-note.ts';
import { CompactRange, leafHash } from '../tree/compact-range.ts';
import type { SegmentRefusal } from './answer.ts';
import type { SegmentLine } from './segment.ts';

/** What the archive keeps of a stream, besides its lines. */
export interface StreamState {
  /** `seq` of the line that is due. */
  readonly next: number;
  /** SHA-256 of the line before it. */
  readonly head: string;
  /** The largest complete subtrees over all lines before it, base64, from left to right. */
  readonly tree: readonly string[];
  /** Verifier keys that the stream has named as those of whoever signs. */
  readonly keys: readonly string[];
  readonly closed: boolean;
}

/** Lines that the archive never got: they were let go before it could be reached. */
export interface Gap {
  readonly from: number;
  /** The first line that is there again. */
  readonly to: number;
}

export interface Extended {
  readonly state: StreamState;
  readonly gap: Gap | undefined;
}

/** A stream names its key at the beginning of each file and when there is a new one; more are not of one gate. */
const MAX_KEYS = 256;
/** One for each file that was let go while the archive was away. All are read with each segment. */
const MAX_GAPS = 1000;
/** Of 32 bytes. */
const BASE64_LENGTH = 44;

/** `state` is undefined for a stream that the archive does not know. The lines are of one run of a segment, and not there yet. */
export function extend(
  state: StreamState | undefined,
  lines: readonly SegmentLine[],
  gaps = 0,
): Extended | SegmentRefusal {
  const [first] = lines;
  if (first === undefined) return { reason: 'bad-line', detail: 'the segment has no line' };
  const begun = begin(state, first);
  if ('reason' in begun) return begun;
  const { tree, gap } = begun;
  if (gap !== undefined && gaps >= MAX_GAPS)
    return { reason: 'gap', detail: `${first.fields.stream} has ${gaps} gaps, and no gate has more` };
  const keys = [...(state?.keys ?? [])];
  let closed = state?.closed ?? false;
  for (const { fields, hash } of lines) {
    const place = `number ${fields.seq} of ${fields.stream}`;
    if (closed) return { reason: 'bad-chain', detail: `${place} goes on with a stream that was closed` };
    if (fields.key !== undefined && !keys.includes(fields.key) && parseVerifierKey(fields.key) !== undefined)
      keys.push(fields.key);
    if (keys.length > MAX_KEYS) return { reason: 'checkpoint', detail: `${place} names more keys than one gate has` };
    if (fields.checkpoint !== undefined) {
      const complaint = complaintAbout(fields, keys, tree);
      if (complaint !== undefined) return { reason: 'checkpoint', detail: `the checkpoint in ${place} ${complaint}` };
    }
    tree.append(leafHash(hash));
    closed = fields.event === 'close';
  }
  const head = lines.at(-1)?.hash ?? '';
  return { state: { next: tree.end, head, tree: encodeTree(tree), keys, closed }, gap };
}

function begin(
  state: StreamState | undefined,
  { fields }: SegmentLine,
): { tree: CompactRange; gap: Gap | undefined } | SegmentRefusal {
  const due = state?.next ?? 0;
  const place = `number ${fields.seq} of ${fields.stream}`;
  if (fields.seq > due) {
    // What came before a file was let go; what the tree over it was, the first line of the file says, and a checkpoint will prove.
    const tree = fields.event === 'continue' ? decodeTree(fields.seq, fields.tree ?? []) : undefined;
    if (tree !== undefined) return { tree, gap: { from: due, to: fields.seq } };
    return { reason: 'gap', detail: `${place} came where number ${due} is due` };
  }
  if (state === undefined) {
    if (fields.event === 'open') return { tree: new CompactRange(), gap: undefined };
    return { reason: 'bad-chain', detail: `${place} does not open its stream` };
  }
  const tree = decodeTree(state.next, state.tree);
  if (tree === undefined) throw new Error(`what is kept of the tree of ${fields.stream} is damaged`);
  if (fields.prev === state.head) return { tree, gap: undefined };
  return { reason: 'fork', detail: `${place} is not linked to the line before it that is here` };
}

function complaintAbout(
  fields: SegmentLine['fields'],
  keys: readonly string[],
  tree: CompactRange,
): string | undefined {
  const held = checkpointIn(fields);
  if (held === undefined) return 'is none of the lines before it';
  const verdict = verifyNote(
    held.note,
    keys.flatMap((key) => parseVerifierKey(key) ?? []),
  );
  if (verdict === 'wrong') return 'is not signed by the key that it names';
  if (verdict === 'unknown') return 'is signed by a key that the stream has not named';
  return Buffer.compare(tree.root(), held.checkpoint.root) === 0
    ? undefined
    : 'was signed for other lines than those before it';
}

export function encodeTree(tree: CompactRange): string[] {
  return tree.hashes().map((subtree) => Buffer.from(subtree).toString('base64'));
}

/** Undefined where it cannot be the tree over so many lines. */
export function decodeTree(size: number, subtrees: readonly string[]): CompactRange | undefined {
  // Node skips what is no base64, and what is skipped would be kept.
  if (subtrees.some((subtree) => subtree.length !== BASE64_LENGTH)) return undefined;
  return CompactRange.of(
    size,
    subtrees.map((subtree) => Buffer.from(subtree, 'base64')),
  );
}
