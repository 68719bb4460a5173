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
  max = MAX_CHANGES,
): { readonly changes: readonly Change[]; readonly more: number } {
  const differences = new Differences(max);
  differences.compare(before, after, '', 0);
  return differences;
}

class Differences {
  readonly changes: Change[] = [];
  more = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

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
    if (this.changes.length < this.#max) this.changes.push(change);
    else this.more++;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

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
