/**
 * JSON values as text, by fast-check: what a printer would never write (keys twice, keys in another case, escapes where none
 * are needed, numbers no double holds) is exactly what two parsers read differently.
 */
import * as fc from 'fast-check';

/** The fields of the typed handler behind mcp-go, and names with a meaning to JavaScript. */
const KEYS = [
  ...['path', 'skip', 'amount', 'count', 'options', 'task', 'url', 'items', 'key', 'straße', 'name', 'arguments'],
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', 'length', 'then', '', 'a', 'b'],
];
const NUMBERS = [
  ...['0', '-0', '1', '1.0', '1e0', '10E-1', '-1', '0.1', '1e2', '1.5', '9007199254740991', '9007199254740992'],
  ...['9007199254740993', '-9007199254740993', '123456789012345678901234567890', '1e308', '1e309', '1e400', '-1e400'],
  ...['5e-324', '1e-400', '-1e-400', '0.30000000000000004', '0.1000000000000000055511151231257827', '4294967296'],
  ...[
    '01',
    '+1',
    '.5',
    '5.',
    '-',
    'NaN',
    'Infinity',
    '-Infinity',
    '0x10',
    '1_000',
    '1e',
    '9223372036854775808',
    '-0.0',
  ],
];
const BROKEN = [
  'undefined',
  "'a'",
  'True',
  'nul',
  '/*c*/1',
  '1//c\n',
  '"\t"',
  '"\\x"',
  '"\\u12"',
  '"\\u{41}"',
  '[1,]',
  '{"a":1,}',
  '{a:1}',
];

const FOLDING: Readonly<Record<string, readonly string[]>> = {
  s: ['S', 'ſ'],
  k: ['K', '\u212A'],
  i: ['I', '\u0130', '\u0131'],
  ß: ['ẞ'],
  å: ['\u212B', 'Å'],
};

/** One of the spellings that some decoder takes for the same key. */
export function respell(text: string, at: number, choice: number): string {
  const characters = Array.from(text);
  const index = characters.length === 0 ? 0 : at % characters.length;
  const old = characters[index] ?? '';
  const others = FOLDING[old.toLowerCase()] ?? [old.toUpperCase(), old.toLowerCase()];
  characters[index] = others[choice % others.length] ?? old;
  return characters.join('');
}

/** `character` as an escape: what equals `a` only after it was decoded. */
export function escapeAt(text: string, at: number): string {
  const index = text.length === 0 ? 0 : at % text.length;
  const code = text.charCodeAt(index);
  if (Number.isNaN(code)) return JSON.stringify(text);
  const before = JSON.stringify(text.slice(0, index)).slice(1, -1);
  const after = JSON.stringify(text.slice(index + 1)).slice(1, -1);
  return `"${before}\\u${code.toString(16).padStart(4, '0')}${after}"`;
}

const anyString = fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\u0000',
      '\uD800',
      '\uDC00\uD800',
      '\u2028',
      '\uFEFF',
      '\uFFFD',
      'file:///etc/passwd',
      '💥',
    ),
  },
);

const keyName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KEYS) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...KEYS), fc.nat(20), fc.nat(3))
      .map(([key, at, choice]) => respell(key, at, choice)),
  },
  { weight: 1, arbitrary: anyString },
);

const quoted = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.nat(9), fc.nat(20))
    .map(([value, mode, at]) => (mode === 0 ? escapeAt(value, at) : mode === 1 ? `"${value}"` : JSON.stringify(value)));

const space = fc.oneof(
  { weight: 20, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.constantFrom(' ', '\n', '\t', '\r\n', '  ') },
  { weight: 1, arbitrary: fc.constantFrom('\u00A0', '\uFEFF', '\f', '\v', '\0') },
);

const { value } = fc.letrec<{ value: string; list: string; object: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { weight: 6, arbitrary: quoted(anyString) },
    { weight: 5, arbitrary: fc.constantFrom(...NUMBERS) },
    { weight: 2, arbitrary: fc.double().map(String) },
    { weight: 3, arbitrary: fc.constantFrom('true', 'false', 'null') },
    { weight: 1, arbitrary: fc.constantFrom(...BROKEN) },
  ),
  list: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  object: fc
    .array(fc.tuple(quoted(keyName), space, tie('value')), { maxLength: 4 })
    .map((members) => `{${members.map(([key, gap, item]) => `${key}${gap}:${gap}${item}`).join(',')}}`),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 5, arbitrary: tie('scalar') },
    { weight: 1, arbitrary: tie('list') },
    { weight: 2, arbitrary: tie('object') },
  ),
}));

const object = fc
  .array(fc.tuple(quoted(keyName), value), { maxLength: 5 })
  .map((members) => `{${members.map(([key, item]) => `${key}:${item}`).join(',')}}`);

export interface Values {
  readonly any: readonly string[];
  readonly objects: readonly string[];
  readonly strings: readonly string[];
}

/** A handful of each, the same for the same seed. */
export function sampleValues(seed: number, count: number): Values {
  const options = { seed, numRuns: count };
  return {
    any: fc.sample(value, options),
    objects: fc.sample(object, options),
    strings: fc.sample(quoted(anyString), options),
  };
}
