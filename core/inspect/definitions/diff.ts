/** What is other in a definition than in the one that was accepted, in lines that a person reads before they accept it. */
import { escapePart } from '../../json-pointer.ts';
import { evidenceOf } from '../finding.ts';

export interface Change {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** Undefined where there is none. */
  readonly before: unknown;
  readonly after: unknown;
}

/** A definition that has changed in more places is another one; all of them are counted. */
const MAX_CHANGES = 200;
const MAX_DEPTH = 32;

export function diffDefinitions(
  before: unknown,
  after: unknown,
): { readonly changes: readonly Change[]; readonly more: number } {
  const differences = new Differences();
  differences.compare(before, after, '', 0);
  return differences;
}

class Differences {
  readonly changes: Change[] = [];
  more = 0;

  compare(before: unknown, after: unknown, pointer: string, depth: number): void {
    if (Object.is(before, after)) return;
    if (depth < MAX_DEPTH && isObject(before) && isObject(after)) {
      for (const key of new Set([...Object.keys(before), ...Object.keys(after)]).values())
        this.#member(before, after, key, `${pointer}/${escapePart(key)}`, depth);
    } else if (depth < MAX_DEPTH && Array.isArray(before) && Array.isArray(after)) {
      // Of a long list that has become a short one, or the other way round.
      const length = Math.max(before.length, after.length);
      for (let i = 0; i < length; i++) this.#at(before[i], after[i], `${pointer}/${i}`, depth);
    } else if (JSON.stringify(before) !== JSON.stringify(after)) {
      this.#add({ pointer, kind: 'changed', before, after });
    }
  }

  #member(before: JsonObject, after: JsonObject, key: string, pointer: string, depth: number): void {
    this.#at(
      Object.hasOwn(before, key) ? before[key] : undefined,
      Object.hasOwn(after, key) ? after[key] : undefined,
      pointer,
      depth,
    );
  }

  #at(before: unknown, after: unknown, pointer: string, depth: number): void {
    if (before === undefined) this.#add({ pointer, kind: 'added', before, after });
    else if (after === undefined) this.#add({ pointer, kind: 'removed', before, after });
    else this.compare(before, after, pointer, depth + 1);
  }

  #add(change: Change): void {
    if (this.changes.length < MAX_CHANGES) this.changes.push(change);
    else this.more++;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** A line a change, at most `max` of them, and what is left out. Of what is written nothing is hidden: see `shown`. */
export function renderDiff(before: unknown, after: unknown, max = 40): string[] {
  const { changes, more } = diffDefinitions(before, after);
  const lines = changes.slice(0, max).map(({ pointer, kind, before: old, after: now }) => {
    const place = shown(pointer, MAX_POINTER);
    if (kind === 'changed' && typeof old === 'string' && typeof now === 'string') {
      const [from, to] = aroundChange(old, now);
      return `~ ${place}: ${from} -> ${to}`;
    }
    const said = kind === 'changed' ? `${valueOf(old)} -> ${valueOf(now)}` : valueOf(kind === 'added' ? now : old);
    return `${SIGNS[kind]} ${place}: ${said}`;
  });
  const left = more + Math.max(0, changes.length - max);
  return left === 0 ? lines : [...lines, `… and ${left} more`];
}

const MAX_POINTER = 200;
const MAX_VALUE = 400;
/** Of what is the same on both sides, so that it can be told where in a text the change is. */
const CONTEXT = 40;

function valueOf(value: unknown): string {
  return shown(JSON.stringify(value), MAX_VALUE);
}

/** Two texts without most of what they have in common. */
function aroundChange(before: string, after: string): [string, string] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const longest = Math.min(before.length, after.length) - start;
  while (end < longest && before.at(-1 - end) === after.at(-1 - end)) end++;
  const from = Math.max(0, start - CONTEXT);
  const cut = Math.max(0, end - CONTEXT);
  return [excerpt(before, from, cut), excerpt(after, from, cut)];
}

function excerpt(text: string, from: number, cut: number): string {
  const [before, behind] = [from > 0 ? '…' : '', cut > 0 ? '…' : ''];
  return shown(JSON.stringify(`${before}${text.slice(from, text.length - cut)}${behind}`), MAX_VALUE);
}

const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** In characters that a person sees and a terminal does not obey: others as `\u{202E}`. */
function shown(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text;
  return cut
    .toWellFormed()
    .replaceAll(UNSEEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);
}

/** What has changed, in a few words for a sentence: `description, parameter "sidenote" added`. */
export function summariseChange(before: unknown, after: unknown): string {
  const { changes } = diffDefinitions(before, after);
  const said = new Set(changes.map(summaryOf));
  const first = [...said].slice(0, MAX_SAID);
  const more = said.size - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const MAX_SAID = 4;
const PARAMETER = /^\/inputSchema\/properties\/([^/]+)$/;

function summaryOf({ pointer, kind }: Change): string {
  const parameter = PARAMETER.exec(pointer)?.[1];
  if (parameter !== undefined && kind !== 'changed') return `parameter "${evidenceOf(parameter)}" ${kind}`;
  const [, member = '', ...rest] = pointer.split('/');
  const hint = member === 'annotations' && rest[0] !== undefined ? ` ${evidenceOf(rest[0])}` : '';
  return `${evidenceOf(member)}${hint}${kind === 'changed' || rest.length > 0 ? '' : ` ${kind}`}`;
}
