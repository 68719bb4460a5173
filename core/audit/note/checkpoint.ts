/** What is signed of a tree: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint). */
import { HASH_BYTES } from '../tree/compact-range.ts';
import type { TreeHead } from '../tree/verify-proof.ts';

export interface Checkpoint extends TreeHead {
  /** Which log: one stream, which is one life of one gate. */
  readonly origin: string;
}

const ORIGIN_PREFIX = 'sallyport/';
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;
const ROOT = /^[A-Za-z0-9+/]{43}=$/;

/** The log whose entries are the lines of this stream. */
export function originOf(stream: string): string {
  return `${ORIGIN_PREFIX}${stream}`;
}

/** Undefined for the log of somebody else. */
export function streamOf(origin: string): string | undefined {
  return origin.startsWith(ORIGIN_PREFIX) ? origin.slice(ORIGIN_PREFIX.length) : undefined;
}

/** The text of the note. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Undefined for what is no checkpoint. Extension lines are passed over: nobody but their log knows what they say. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n');
  const [origin = '', size = '', encoded = ''] = lines;
  if (lines.length < 3 || lines.includes('') || !SIZE.test(size) || !ROOT.test(encoded)) return undefined;
  const root = Buffer.from(encoded, 'base64');
  const isExact = root.length === HASH_BYTES && root.toString('base64') === encoded;
  return isExact && Number.isSafeInteger(Number(size)) ? { origin, size: Number(size), root } : undefined;
}
