/** Which texts a traffic log keeps as they were sent: words of a vocabulary that the server has, and never a name, a sentence or a number. */
import { wordsOf } from '../inspect/typing/words.ts';

/** Last words of the names of parameters whose values are chosen from a few. */
const VOCABULARIES: ReadonlySet<string> = new Set(
  (
    'action aggregation alignment align case currency direction encoding environment format frequency granularity interval kind ' +
    'language level locale method mode operation operator order ordering orientation priority region resolution role scope severity ' +
    'sort sorting state status stage style theme timezone type unit view visibility'
  ).split(' '),
);
const WORD = /^[A-Za-z][A-Za-z0-9_+./-]{0,23}$/;
const DIGITS = /\d/g;
const MOST_DIGITS = 3;
const LONGEST = 64;

/** `schema`: of the parameter, where it is known. */
export function isSafeWord(text: string, name: string, schema: unknown): boolean {
  if (text.length <= LONGEST && wordsOfSchema(schema).includes(text)) return true;
  const last = wordsOf(name).at(-1);
  if (last === undefined || !VOCABULARIES.has(last) || !WORD.test(text)) return false;
  return (text.match(DIGITS)?.length ?? 0) <= MOST_DIGITS;
}

/** JSON Schema Validation 2020-12 §6.1.2 and §6.1.3. */
function wordsOfSchema(schema: unknown): readonly unknown[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { enum: words, const: only } = schema as { readonly enum?: unknown; readonly const?: unknown };
  return [...(Array.isArray(words) ? (words as unknown[]) : []), ...(only === undefined ? [] : [only])];
}
