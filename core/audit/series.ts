/** Puts audit files into their order: not by name or time, which anybody can change, but by what their lines are linked to. */
import { NO_PREVIOUS_LINE } from './record.ts';

/** Both ends of a file that has lines. */
export interface FileEnds {
  name: string;
  /** `prev` of the first line; undefined where that is no record. */
  firstPrev: string | undefined;
  /** When the first line was written, as it says; only to put chains that have nothing to do with each other into some order. */
  firstTime: string;
  /** SHA-256 of the first line and of the last one, be it torn or not. */
  firstHash: string;
  lastHash: string;
  /** Of its lines. */
  bytes: number;
}

export interface OrderedFile<T extends FileEnds> {
  file: T;
  /** Its first line is linked to the last one of the file before it in this order. */
  follows: boolean;
  /** It would be, but another file is: one of the two is a copy, or forged. */
  rivals?: string;
}

export interface Copy<T extends FileEnds> {
  readonly file: T;
  /** The file that begins with the same line, and has no fewer bytes. */
  readonly of: T;
}

/** Files that begin with the line with which another, longer one begins, too: what was copied while the log grew. */
export function withoutCopies<T extends FileEnds>(files: readonly T[]): { originals: T[]; copies: Copy<T>[] } {
  const longest = new Map<string, T>();
  for (const file of files.toSorted((a, b) => b.bytes - a.bytes || compare(a.name, b.name)))
    if (!longest.has(file.firstHash)) longest.set(file.firstHash, file);
  const copies = files.flatMap((file): Copy<T>[] => {
    const of = longest.get(file.firstHash);
    return of === undefined || of === file ? [] : [{ file, of }];
  });
  return { originals: [...longest.values()], copies };
}

export function inOrder<T extends FileEnds>(files: readonly T[]): OrderedFile<T>[] {
  const byName = files.toSorted((a, b) => compare(a.firstTime, b.firstTime) || compare(a.name, b.name));
  const ending = new Map<string, T>();
  for (const file of byName) if (!ending.has(file.lastHash)) ending.set(file.lastHash, file);
  const successor = new Map<T, T>();
  const rivals = new Map<T, string>();
  for (const file of byName) {
    const before = file.firstPrev === undefined ? undefined : ending.get(file.firstPrev);
    if (before === undefined || before === file || file.firstPrev === NO_PREVIOUS_LINE) continue;
    const taken = successor.get(before);
    if (taken === undefined) successor.set(before, file);
    else rivals.set(file, taken.name);
  }
  const followers = new Set(successor.values());
  const ordered: OrderedFile<T>[] = [];
  const seen = new Set<T>();
  // Those that follow nothing first; with hashes there are no circles, but files may lie.
  for (const start of [...byName.filter((file) => !followers.has(file)), ...byName]) {
    for (let file: T | undefined = start; file !== undefined && !seen.has(file); file = successor.get(file)) {
      seen.add(file);
      const rival = rivals.get(file);
      ordered.push({ file, follows: file !== start, ...(rival === undefined ? {} : { rivals: rival }) });
    }
  }
  return ordered;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
