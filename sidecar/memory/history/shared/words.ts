/** Operations in the words of the script, and its answer in ours: a store that answers anything else has failed. */
import type { PrintedOp } from '../../../../core/history/kinds/prints.ts';
import { type PointsOp, pointsSeen } from '../../../../core/history/kinds/points.ts';
import { DONE, type How, type Op, type Outcome, type Seen, type Wanted } from '../../../../core/history/ops.ts';

/** Of the form of what is kept: what another version has written is never read as ours. */
const FORM = 'sallyport:1';

/** Behind the age of a mark that is not written where the operation in front of it holds. */
const UNLESS = '!';

/** Whose past it is. */
export interface Scope {
  readonly namespace: string;
  readonly name: string;
}

/** What stands in braces says which part of a cluster has a key (Valkey, "Hash tags"): what is asked together lies together. */
function keyOf(op: Op, { namespace, name }: Scope): string {
  const whose = op.across === true ? '' : name;
  return `${FORM}:{${namespace}}:${whose}:${placeOf(op)}:${op.of}\n${op.whom}`;
}

/** Of one kind, since each is kept in a form of its own. */
function placeOf(op: Op): string {
  switch (op.kind) {
    case 'window':
    case 'clear':
      return 'w';
    case 'period':
      return 'p';
    case 'lease':
    case 'release':
      return 'l';
    case 'mark':
    case 'unmark':
    case 'whether':
      return 'm';
    case 'prints':
    case 'printed':
      return 'f';
    case 'keep':
    case 'kept':
      return 'k';
    case 'points':
      return 'r';
    case 'average':
      return 'a';
  }
}

export function keysOf(wanted: readonly Wanted[], scope: Scope): string[] {
  return wanted.map(({ op }) => keyOf(op, scope));
}

/** `now`: milliseconds since the epoch instead of the store's own time. */
export function argumentsOf(wanted: readonly Wanted[], how: How, now?: number): string[] {
  const words = wanted.flatMap(({ op, isAsked }) => [op.kind, isAsked ? '1' : '', ...wordsOf(op)]);
  return [how, now === undefined ? '' : String(now), ...words];
}

function wordsOf(op: Op): readonly [string, string, string] {
  switch (op.kind) {
    case 'window':
      return [String(op.windowMs), optional(op.limit), String(op.add)];
    case 'period':
      return [String(op.endsAt), optional(op.limit), String(op.add)];
    case 'lease':
      return [op.id, String(op.limit), String(op.forMs)];
    case 'release':
      return [op.id, '', ''];
    case 'clear':
    case 'unmark':
      return ['', '', ''];
    case 'prints':
      return [String(op.forMs), `${op.as}:${op.isAll ? 1 : 0}:${op.prints.join(',')}`, op.note];
    case 'printed':
      return [String(op.withinMs), op.isAll ? '1' : '', op.prints.join(',')];
    case 'keep':
      return [String(op.forMs), String(op.most), op.text];
    case 'kept':
      return [String(op.withinMs), '', ''];
    case 'mark':
      return [String(op.forMs), op.note, `${op.agoMs ?? 0}${op.unlessHolds === true ? UNLESS : ''}`];
    case 'whether':
      return [String(op.withinMs), op.want, ''];
    case 'points':
      return [
        String(op.halfLifeMs),
        optional(op.below),
        op.add.map(({ points, why }) => `${points} ${why}`).join('\n'),
      ];
    case 'average':
      return [String(op.value), String(op.everyMs), String(op.forMs)];
  }
}

function optional(limit: number | undefined): string {
  return limit === undefined ? '' : String(limit);
}

/** Undefined: it is no answer to this, or one that contradicts itself. */
export function outcomeIn(reply: unknown, wanted: readonly Wanted[]): Outcome | undefined {
  if (!Array.isArray(reply) || reply.length !== 2) return undefined;
  const [said, list] = reply as unknown[];
  if (!Array.isArray(list) || list.length !== wanted.length) return undefined;
  const seen: Seen[] = [];
  for (const [i, { op }] of wanted.entries()) {
    const one = seenIn(list[i], op);
    if (one === undefined) return undefined;
    seen.push(one);
  }
  const holds = wanted.every(({ isAsked }, i) => !isAsked || seen[i]?.holds === true);
  return said === (holds ? '1' : '0') ? { holds, seen } : undefined;
}

function seenIn(entry: unknown, op: Op): Seen | undefined {
  if (!Array.isArray(entry) || !entry.every((word) => typeof word === 'string')) return undefined;
  const [said, ...words] = entry;
  const seen = readSeen(words, op);
  return seen !== undefined && said === (seen.holds ? '1' : '0') ? seen : undefined;
}

/** Whether it holds is said by us again, from what was seen. */
function readSeen(words: readonly string[], op: Op): Seen | undefined {
  const [first = '', second = '', third = ''] = words;
  switch (op.kind) {
    case 'window':
    case 'period': {
      const [sum, resetMs] = [numberIn(first), spanIn(third)];
      const holds = op.limit === undefined || (sum ?? 0) + op.add <= op.limit;
      const waitMs = second === '' ? undefined : spanIn(second);
      if (words.length !== 3 || sum === undefined || resetMs === undefined || (holds && waitMs !== 0)) return undefined;
      if (second !== '' && waitMs === undefined) return undefined;
      return { kind: 'sum', holds, sum, waitMs, resetMs };
    }
    case 'lease': {
      const taken = numberIn(first);
      if (words.length !== 1 || taken === undefined) return undefined;
      return { kind: 'lease', holds: taken < op.limit, taken };
    }
    case 'whether': {
      const agoMs = numberIn(first);
      if (words.length !== 2 || (first !== '' && (agoMs === undefined || agoMs > op.withinMs))) return undefined;
      const last = agoMs === undefined ? undefined : { agoMs, note: second };
      return { kind: 'mark', holds: (op.want === 'Has') === (last !== undefined), last };
    }
    case 'printed':
      return printedIn(words, op);
    case 'kept':
      return { kind: 'kept', holds: true, texts: words };
    case 'points':
      return pointsIn(words, op);
    case 'average': {
      const [mean, count] = [numberIn(first), numberIn(second)];
      if (words.length !== 2 || mean === undefined || count === undefined) return undefined;
      return { kind: 'average', holds: true, mean, count };
    }
    case 'prints':
    case 'keep':
    case 'mark':
    case 'unmark':
    case 'clear':
    case 'release':
      return words.length === 0 ? DONE : undefined;
  }
}

function printedIn(words: readonly string[], { withinMs }: PrintedOp): Seen | undefined {
  const [ago = '', note = '', counted = '', lostAgo = '', lostNote = ''] = words;
  const [agoMs, count, lostMs] = [ago, counted, lostAgo].map(numberIn);
  const isOff = (said: string, ms: number | undefined): boolean => said !== '' && (ms === undefined || ms > withinMs);
  if (words.length !== 5 || isOff(ago, agoMs) || isOff(lostAgo, lostMs)) return undefined;
  if ((agoMs === undefined) !== (count === undefined) || count === 0) return undefined;
  const last = agoMs === undefined || count === undefined ? undefined : { agoMs, note, count };
  const lost = lostMs === undefined ? undefined : { agoMs: lostMs, note: lostNote };
  return { kind: 'printed', holds: last === undefined && lost === undefined, last, lost };
}

function pointsIn(words: readonly string[], op: PointsOp): Seen | undefined {
  const given: { readonly points: number; readonly agoMs: number; readonly why: string }[] = [];
  for (let i = 0; i < words.length; i += 3) {
    const [points, agoMs, why] = [numberIn(words[i] ?? ''), numberIn(words[i + 1] ?? ''), words[i + 2]];
    if (points === undefined || agoMs === undefined || why === undefined) return undefined;
    given.push({ points, agoMs, why });
  }
  return pointsSeen(op, given);
}

/** A hundred years, in milliseconds: no window is that long, and what lies behind the end of all dates could not be told anybody. */
const LONGEST_MS = 3_155_760_000_000;

function spanIn(word: string): number | undefined {
  const ms = numberIn(word);
  return ms === undefined || ms > LONGEST_MS ? undefined : ms;
}

/** Not negative, and written as the script writes it. */
function numberIn(word: string): number | undefined {
  if (word.length > 32 || !/^[0-9.e+-]+$/.test(word)) return undefined;
  const number = Number(word);
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}
