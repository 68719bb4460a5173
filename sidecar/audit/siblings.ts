/**
 * The files beside an audit file. `audit.jsonl` is written to; when it is full it becomes `audit-000001.jsonl`, the next one
 * `audit-000002.jsonl`. A second gate has `audit.<pid>.jsonl`, which becomes `audit.<pid>-000001.jsonl`.
 */
import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { lineHash } from '../../core/audit/chain.ts';
import { readLastLine } from './last-line.ts';
import { isLocked } from '../files/lock.ts';

export interface Sibling {
  path: string;
  name: string;
  bytes: number;
  /** Milliseconds since the epoch at which it was last written to. */
  written: number;
}

const EXTENSION = '.jsonl';
const DIGITS = 6;
/** Stem and, of a full file, number. */
const NAME = /^(.+?)(?:-(\d{6,15}))?\.jsonl$/;
/** What logrotate puts behind a name. */
const MOVED = /^[.-]\d+$/;

function stemOf(path: string): string {
  const name = basename(path);
  return name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : name;
}

/** The name of a second gate's file, beside the one that was asked for. */
export function ownNameOf(path: string): string {
  return join(dirname(path), `${stemOf(path)}.${process.pid}${EXTENSION}`);
}

export function fullName(path: string, number: number): string {
  return join(dirname(path), `${stemOf(path)}-${String(number).padStart(DIGITS, '0')}${EXTENSION}`);
}

/** One more than the highest number that a full file beside `path` has. */
export function nextNumber(path: string): number {
  const stem = stemOf(path);
  let highest = 0;
  for (const name of namesIn(dirname(path))) {
    const [, base, number] = NAME.exec(name) ?? [];
    if (base === stem) highest = Math.max(highest, Number(number ?? 0));
  }
  return highest + 1;
}

/** The number that a full file has; those without one are written to, and come last. */
export function fullNumberOf(path: string): number {
  const number = NAME.exec(basename(path))?.[2];
  return number === undefined ? Number.MAX_SAFE_INTEGER : Number(number);
}

/**
 * What may be let go beside the file that is written to, oldest first: full files, and those that second gates have left. Not the
 * one that was asked for, which the next gate goes on with, and nothing of gates that live.
 */
export function releasable(asked: string, writtenTo: string): Sibling[] {
  const stem = stemOf(asked);
  const folder = dirname(asked);
  const found = namesIn(folder).flatMap((name): Sibling[] => {
    const [, base = ''] = NAME.exec(name) ?? [];
    const isOfFamily = base === stem || (base.startsWith(`${stem}.`) && /^\d+$/.test(base.slice(stem.length + 1)));
    if (!isOfFamily || name === basename(asked) || name === basename(writtenTo)) return [];
    const writer = join(folder, `${base}${EXTENSION}`);
    if (writer !== writtenTo && isLocked(`${writer}.lock`)) return [];
    const sibling = ifSound(() => siblingAt(join(folder, name)));
    return sibling === undefined ? [] : [sibling];
  });
  return found.sort((a, b) => a.written - b.written || (a.name < b.name ? -1 : 1));
}

/**
 * The file that a new one goes on from when there is none at its path: the last full one, or what logrotate has made of it while no
 * gate ran (`audit.jsonl.1`, `audit.jsonl-20261121`).
 */
export function predecessorOf(path: string): Sibling | undefined {
  const [name, stem] = [basename(path), stemOf(path)];
  const isBefore = (candidate: string): boolean => {
    const [, base, number] = NAME.exec(candidate) ?? [];
    return (
      (base === stem && number !== undefined) ||
      (candidate.startsWith(name) && MOVED.test(candidate.slice(name.length)))
    );
  };
  const siblings = namesIn(dirname(path))
    .filter(isBefore)
    .flatMap((candidate) => ifSound(() => siblingAt(join(dirname(path), candidate))) ?? []);
  return siblings.sort((a, b) => a.written - b.written || (a.name < b.name ? -1 : 1)).at(-1);
}

/** SHA-256 of the last line of a file; undefined for one without lines, or that is gone. */
export function lastLineHash(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const last = readLastLine(fd);
    return last === undefined ? undefined : lineHash(last.bytes);
  } finally {
    closeSync(fd);
  }
}

/** One name that leads nowhere, a link to itself say, must not keep the others from being let go, nor a gate from starting. */
function ifSound(look: () => Sibling | undefined): Sibling | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

function siblingAt(path: string): Sibling | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() !== true) return undefined;
  return { path, name: basename(path), bytes: stats.size, written: stats.mtimeMs };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
