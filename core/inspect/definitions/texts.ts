/** Every text of a definition that a model or a person reads, wherever in it that stands. */
import { escapePart } from '../../json-pointer.ts';
import type { Definition } from './definition.ts';

/**
 * `name`: what something is called, and a program compares; `prose`: what is written for a reader; `data`: a value that may be sent.
 * Poison sits in any of them (full-schema poisoning).
 */
export type TextRole = 'name' | 'prose' | 'data';

export interface DefinitionText {
  /** JSON pointer into the definition (RFC 6901); of a name, to what is called so. */
  readonly pointer: string;
  readonly role: TextRole;
  readonly text: string;
  /** Of what lies in a schema: not deeper than in its first level, where clients show parameters. */
  readonly isParameter: boolean;
}

export interface DefinitionTexts {
  readonly texts: readonly DefinitionText[];
  /** In UTF-16 units. */
  readonly length: number;
  /** There is more than is looked at. */
  readonly tooMuch: boolean;
}

const MAX_DEPTH = 64;
/** Many times what the largest tools of vendors have; each is gone through by every lint. */
const MAX_TEXTS = 20_000;
const MAX_LENGTH = 512 * 1024;

const NAMES: ReadonlySet<string> = new Set(['name', 'uri', 'uriTemplate', 'mimeType']);
const PROSE: ReadonlySet<string> = new Set(['title', 'description', 'instructions', '$comment', 'summary']);
/** Their members are called what the server likes. */
const NAMED: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

export function textsOf({ value }: Pick<Definition, 'value'>): DefinitionTexts {
  const gathered = new Gathering();
  gathered.object(value, '', 0, false);
  return gathered;
}

class Gathering implements DefinitionTexts {
  readonly texts: DefinitionText[] = [];
  length = 0;
  tooMuch = false;

  object(object: object, pointer: string, depth: number, named: boolean): void {
    for (const [key, member] of Object.entries(object)) {
      if (this.tooMuch) return;
      const at = `${pointer}/${escapePart(key)}`;
      // Keywords are no text; what nobody knows may be one.
      if (named || !/^\$?\w{1,40}$/.test(key)) this.#add(at, 'name', key, named && isTop(pointer));
      if (typeof member === 'string') this.#add(at, roleOf(key, named), member, false);
      else this.value(member, at, depth + 1, NAMED.has(key) && !named);
    }
  }

  value(value: unknown, pointer: string, depth: number, named: boolean): void {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) {
      this.tooMuch = true;
      return;
    }
    if (!Array.isArray(value)) {
      this.object(value, pointer, depth, named);
      return;
    }
    for (const [i, item] of value.entries()) {
      if (this.tooMuch) return;
      if (typeof item === 'string') this.#add(`${pointer}/${i}`, 'data', item, false);
      else this.value(item, `${pointer}/${i}`, depth + 1, false);
    }
  }

  #add(pointer: string, role: TextRole, text: string, isParameter: boolean): void {
    this.length += text.length;
    if (this.length > MAX_LENGTH || this.texts.length >= MAX_TEXTS) this.tooMuch = true;
    else this.texts.push({ pointer, role, text, isParameter });
  }
}

function roleOf(key: string, named: boolean): TextRole {
  if (named) return 'data';
  if (NAMES.has(key)) return 'name';
  return PROSE.has(key) ? 'prose' : 'data';
}

/** Of the schema of a tool. */
function isTop(pointer: string): boolean {
  return pointer === '/inputSchema/properties';
}
