/** The sentences of problems: what is wrong, and what to write instead. */
import { nearest } from '../nearest.ts';
import type { FieldSchema } from './kinds.ts';
import { showValue } from './problem.ts';
import { wordFor } from './yaml-words.ts';

export interface Sentences {
  message: string;
  mend?: string;
}

export function missingField(path: readonly PropertyKey[], field: FieldSchema | undefined): Sentences {
  const key = keyOf(path);
  const words = field?.enum?.map(String) ?? [];
  if (words.length === 1) return { message: 'is missing', mend: `add \`${key}: ${words[0]}\`` };
  if (words.length > 1) return { message: 'is missing', mend: `add \`${key}\` with one of ${words.join(', ')}` };
  const [purpose = ''] = (field?.description ?? '').split('. ', 1);
  return { message: 'is missing', mend: purpose === '' ? `add \`${key}\`` : `add \`${key}\` (${purpose})` };
}

const TYPE_WORDS: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'a string',
};

export function typeWord(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return TYPE_WORDS[typeof value] ?? 'something else';
}

export interface WrongType {
  expected: string;
  value: unknown;
  path: readonly PropertyKey[];
  field: FieldSchema | undefined;
  required: boolean;
  /** Whether the value may be a secret. */
  hidden: boolean;
}

export function wrongType(wrong: WrongType): Sentences {
  const message = `expected ${TYPE_WORDS[wrong.expected] ?? wrong.expected}, got ${typeWord(wrong.value)}`;
  const help = wrong.value === null ? fillOrRemove(wrong) : typeHelp(wrong);
  return help === undefined ? { message } : { message, mend: help };
}

function fillOrRemove({ path, required }: WrongType): string {
  if (typeof path.at(-1) === 'number') return 'write a value or remove the entry';
  return `write a value after \`${keyOf(path)}:\`${required ? '' : ' or remove the field'}`;
}

function typeHelp({ expected, value, path, field, hidden }: WrongType): string | undefined {
  const before = typeof path.at(-1) === 'number' ? '- ' : `${keyOf(path)}: `;
  const scalar = typeof value === 'object' || hidden ? undefined : yamlScalar(value);
  if (expected === 'array') {
    if (scalar !== undefined) return `write \`${before}[${scalar}]\``;
    return typeof value === 'object' ? 'start every entry with "- "' : 'put the value in brackets';
  }
  if (expected === 'string') {
    if (typeof value === 'object')
      return Array.isArray(value)
        ? 'write one string instead of the list'
        : 'write one string instead of the mapping, or start a block of text with `|`';
    // 010 and 1.0 have lost their spelling by now: the exact text is offered only where it is certain.
    const certain =
      typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 10);
    return certain && !hidden ? `put it in quotes: \`${before}"${value}"\`` : 'put it in quotes';
  }
  if (expected === 'boolean') {
    const word = typeof value === 'string' ? value.toLowerCase() : '';
    if (['yes', 'on', 'true', 'y'].includes(word)) return `write \`${before}true\`, without quotes`;
    if (['no', 'off', 'false', 'n'].includes(word)) return `write \`${before}false\`, without quotes`;
    return `write \`${before}true\` or \`${before}false\``;
  }
  const known = Object.keys(field?.properties ?? {});
  if (known.length > 0) return `write its fields as \`field: value\`; they are ${known.join(', ')}`;
  return 'write its entries as `name: value`';
}

const PLAIN_SCALAR = /^[A-Za-z_/][-A-Za-z0-9_./]{0,39}$/;

/** As it may be written in a flow list; nothing for what is too long to repeat. */
function yamlScalar(value: unknown): string | undefined {
  if (typeof value === 'string' && PLAIN_SCALAR.test(value)) return value;
  const shown = showValue(value);
  return shown.length <= 60 ? shown : undefined;
}

const NOUNS: Record<string, string> = {
  decision: 'a decision',
  effect: 'an effect',
  mode: 'a mode',
  state: 'a state',
  type: 'a type of argument',
};

/** A value that is none of the words allowed. */
export function wrongWord(
  words: readonly string[],
  value: unknown,
  { path, kind, shown }: { path: readonly PropertyKey[]; kind: string; shown: string },
): Sentences {
  const key = keyOf(path);
  const noun = key === 'apiVersion' ? `the apiVersion of kind ${kind}` : (NOUNS[key] ?? 'allowed here');
  const only = words.length === 1 ? `write \`${key}: ${words[0]}\`` : `write one of ${words.join(', ')}`;
  if (typeof value !== 'string') {
    const word = typeof value === 'boolean' ? wordFor(value, words) : undefined;
    const quoted = `write \`${key}: "${word}"\`, in quotes: without them ${word} is ${String(value)} to kubectl and Helm`;
    const message = `expected ${NOUNS[key] ?? 'a string'}, got ${typeWord(value)}`;
    return { message, mend: word === undefined ? only : quoted };
  }
  const near = words.length === 1 ? undefined : nearest(value, words);
  return { message: `${shown} is not ${noun}`, mend: near === undefined ? only : `did you mean ${near}?` };
}

export function wrongSize(origin: string, limit: number, bound: 'most' | 'least', value: unknown): Sentences {
  const [size, unit, empty] =
    origin === 'array'
      ? [Array.isArray(value) ? value.length : 0, limit === 1 ? 'entry' : 'entries', 'the list is empty']
      : [typeof value === 'string' ? value.length : 0, limit === 1 ? 'character' : 'characters', 'is an empty string'];
  if (size === 0) return { message: empty, mend: `write at least ${limit} ${unit}` };
  const mendIt = bound === 'most' ? 'shorten it' : 'add what is missing';
  return {
    message: `has ${size} ${unit}, and at ${bound} ${limit} ${limit === 1 ? 'is' : 'are'} allowed`,
    mend: mendIt,
  };
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.findLast((key) => typeof key === 'string') ?? '';
}
