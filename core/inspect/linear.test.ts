/**
 * What each detector takes longest for, a megabyte of it, with the work counted and no clock: it grows with the length, or ends where a bound
 * is. The tables have one line for each detector; one of the first without a line does not compile, one of the second fails.
 */
import { describe, expect, it } from 'vitest';
import { DETECTED } from './by-param.ts';
import { type Detectable, type Sought, detectorFor } from './content/detectors.ts';
import { MAX_CONTENT_WORK, screen } from './content/screen.ts';
import { Allowance } from './content/work.ts';
import { textsOf } from './definitions/texts.ts';
import { readHiddenText } from './hidden-text.ts';
import { readIdentifier } from './identifiers.ts';
import { violationsOf } from './input-schema/evaluate.ts';
import { prepareSchema } from './input-schema/prepare.ts';
import { readPath } from './paths.ts';
import { PLACES } from './secrets/tables.ts';
import { readShell } from './shell.ts';
import { readSql } from './sql.ts';
import { readHostUrl, readUrl } from './url-reading.ts';

const MEGABYTE = 1_048_576;
const SHORT = 8_192;
const LONG = 4 * SHORT;
const ENOUGH = 1e12;
/** Of four times the length. Some patterns reach further than the shorter text is long; what grows with the square would be at 16. */
const MOST = 9;

const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

const KEY_FILE = '-----BEGIN PRIVATE KEY-----\nAb: c\n';
const SECRETS = [
  ...[
    '"auth":"',
    'machine a login b password ',
    ':5432:a:b:',
    'authorization: basic ',
    '--api-key ',
    'key", "value": "',
    'api_key   ',
  ],
  ...[
    'key',
    'api_key = ',
    'key=a1B',
    'key=a1B2c3D4e5F6g7H8 ',
    'password="a1b2c3d4" ',
    'token: ',
    '{"secret":"a1B2c3D4e5"},',
  ],
  ...[
    'eyJaaaaaaaaaaaaaaaaaaaa.',
    '-eyJ',
    'eyj="a1b2c3"',
    '.ghp_',
    'xoxd-',
    'sk-',
    '://aaaa',
    '://a:b',
    '--token ',
    'a',
  ],
  ...[
    '/xoxb-a1',
    '"auth":"',
    'machine a login b password ',
    ':5432:a:b:',
    'authorization: basic ',
    'key", "value": "',
    'api_key   ',
  ],
  ...[
    KEY_FILE,
    'kind: secret data:',
    'data: AAAAAAAAAA\n',
    `data:\n a: ${'A'.repeat(2000)}`,
    'curl ',
    '-----BEGIN AAAA',
  ],
];
const NUMBERS = ['1', '1 ', '1 1 1 1 1 1 1 1x', '1234 ', '4111 1111 1111 1112 ', '123-45-6789 ', '12.'];

const MARKUP = [
  '![',
  '![a](',
  '![a](https://a.b/?q=',
  '[a](http://a',
  '<img src=',
  '<a href="http://a?',
  '](',
  'https://a.b/?d=AAAA',
  '?a=b&',
];

const WORST: { readonly [kind in Detectable | 'pattern' | 'words']: readonly string[] } = {
  secrets: SECRETS,
  genericSecrets: SECRETS,
  creditCard: NUMBERS,
  iban: ['DE89 3704 ', 'DE89-', 'AB12 ', 'DE893704004405320131'],
  email: ['@', 'a@', 'a@b.', 'a.a@a-a.', `@${'a'.repeat(62)}`, `${'a'.repeat(64)}@`],
  phone: [...NUMBERS, '+1 222 ', '+49(', 'tel: 12 ', 'phone number = '],
  nationalId: [...NUMBERS, 'X1234567', 'AB123456C ', 'RSSMRA85T10A562S '],
  hiddenText: ['\u200b', '\u202e', 'a\u200b', '\u{e0041}', '\ufe0f', '\u0301'],
  terminalEscapes: ['\u001b', '\u001b[', '\u001b]', '\u001b[0;', '\u001b]8;;a', '\u009b', '\u0007', '\b'],
  imagesWithData: MARKUP,
  linksWithData: MARKUP,
  modelInstructions: ['ignore ', 'ignore all previous instructions. ', 'you must ', '<important>', '. ', '\n', 'a'],
  pattern: ['a', 'ab', 'EMP-1', 'EMP-123456 ', 'a1 '],
  words: ['a ', 'é', 'x', 'a a b '],
};
const WORDS = { name: 'words', words: [`${'a '.repeat(60)}b`, 'x'.repeat(100), 'été'] };
const PATTERNS = ['EMP-[0-9]{6}', '(?:(?:[a-z0-9 ]?){30}q|EMP){4}', '(a+)+b', '[a-z]+[0-9]+', '(?i)emp[- ]?[0-9]+'];

const CASES = Object.entries(WORST).flatMap(
  ([kind, units]): (readonly [name: string, sought: Sought, units: readonly string[]])[] => {
    if (kind === 'words') return [[kind, WORDS, units]];
    if (kind !== 'pattern') return [[kind, { detect: kind as Detectable }, units]];
    return PATTERNS.map((pattern) => [pattern, { name: 'p', pattern }, units]);
  },
);

describe('what is looked for in texts', () => {
  const spentFor = (sought: Sought, text: string): number => {
    const work = new Allowance(ENOUGH);
    detectorFor(sought).find(text, undefined, work);
    return ENOUGH - work.left;
  };

  it.each(CASES)('%s: four times the text is four times the work', (_name, sought, units) => {
    for (const unit of units) {
      const [short, long] = [spentFor(sought, filled(unit, SHORT)), spentFor(sought, filled(unit, LONG))];
      expect(long, JSON.stringify(unit)).toBeLessThanOrEqual(MOST * short + 10_000);
    }
  });

  it('of each literal of secrets as well, alone and as the name of a value', () => {
    for (const [literal, { tokens, names }] of PLACES) {
      // Beyond what any of its patterns can reach.
      const enough = Math.max(4096, ...[...tokens, ...names].map(({ reach }) => Math.min(2 * reach, 65_536)));
      for (const unit of [literal, `${literal}="a1b2c3"`, `${literal}aA1`]) {
        const [short, long] = [enough, 4 * enough].map((length) =>
          spentFor({ detect: 'genericSecrets' }, filled(unit, length)),
        ) as [number, number];
        expect(long, JSON.stringify(unit)).toBeLessThanOrEqual(MOST * short + 10_000);
      }
    }
    // There are hundreds.
  }, 60_000);

  it.each(CASES)('%s: a megabyte ends within the budget of a message', (_name, sought, units) => {
    for (const unit of units) {
      const work = new Allowance(MAX_CONTENT_WORK);
      const bytes = Buffer.from(JSON.stringify([filled(unit, MEGABYTE)]));
      const { isExhausted } = screen(bytes, { start: 0, end: bytes.length }, [detectorFor(sought)], undefined, work);
      expect(isExhausted, JSON.stringify(unit)).toBe(work.exhausted);
    }
  });
});

describe('what arguments are', () => {
  const ARGUMENTS = [
    ...[
      '%252e',
      '%2e',
      '\\',
      '../',
      '..;',
      '&#',
      'ﷺ',
      '://',
      '@',
      '①',
      '\u0301',
      "'",
      '"',
      '$(',
      '`',
      'a;',
      'a ',
      '{a,',
      '<<E ',
    ],
    ...[
      '/*',
      '--\n',
      '$a$',
      '(',
      "x'",
      ' or 1=1 ',
      ';select 1',
      'select ',
      'union ',
      '10-',
      '0x',
      'xn--',
      'echo x|sh;',
      '\n',
      '[',
      '.',
    ],
  ];
  /** Units of work that reading a value takes. */
  const READERS: Readonly<Record<string, (value: string) => number>> = {
    path: (value) => readPath(value).work,
    url: (value) => readUrl(value).work,
    host: (value) => readHostUrl(value).work,
    sql: (value) => readSql(value).work,
    identifier: (value) => readIdentifier(value).work,
    shell: (value) => readShell(value).work,
    secret: (value) => {
      const work = new Allowance(MAX_CONTENT_WORK);
      detectorFor({ detect: 'genericSecrets' }).find(value, undefined, work);
      return Math.min(MAX_CONTENT_WORK, MAX_CONTENT_WORK - work.left) / MAX_WORK_OF_TEXT;
    },
    text: (value) => readHiddenText(value).work,
    'tool-definition': (value) => textsOf({ value: { description: value, title: value } }).texts.length,
  };
  const MAX_WORK_OF_TEXT = 4;

  it('has a line for each detector', () => {
    expect(Object.keys(READERS).toSorted()).toEqual(DETECTED.toSorted());
  });

  it.each(Object.entries(READERS))(
    '%s: a megabyte is as much work as its length says, or is not read',
    (_type, workOf) => {
      for (const unit of ARGUMENTS) {
        expect(workOf(filled(unit, MEGABYTE)), JSON.stringify(unit)).toBeLessThanOrEqual(4 * MEGABYTE);
      }
    },
  );

  it.each(Object.entries(READERS))('%s: four times the value is four times the work', (_type, workOf) => {
    for (const unit of ARGUMENTS) {
      const [short, long] = [workOf(filled(unit, 1000)), workOf(filled(unit, 4000))];
      expect(long, JSON.stringify(unit)).toBeLessThanOrEqual(4.5 * short + 1000);
    }
  });
});

describe('what the schema of a tool says', () => {
  const list = (count: number, of: (i: number) => unknown): unknown[] => Array.from({ length: count }, (_, i) => of(i));
  const workFor = (schema: object, value: unknown): number => {
    const prepared = prepareSchema(schema).schema ?? expect.fail();
    let spent = 0;
    violationsOf(prepared, value, (work) => (spent += work) < ENOUGH);
    return spent;
  };

  it.each<[what: string, schema: object, value: (size: number) => unknown]>([
    ['lists without equals', { uniqueItems: true }, (size) => list(size, (i) => ({ a: i }))],
    ['a pattern', { items: { pattern: '^(a|aa)+$' } }, (size) => list(size, () => 'aaaaaaab')],
    ['a long text for a pattern', { pattern: '^(?:a?){50}b$' }, (size) => 'a'.repeat(size)],
    [
      'names by pattern',
      { patternProperties: { '^a': {}, b$: {} } },
      (size) => Object.fromEntries(list(size, (i) => [`a${i}b`, i]) as [string, unknown][]),
    ],
    ['one of many', { items: { enum: list(500, (i) => `v${i}`) } }, (size) => list(size, () => 'v499')],
    ['what contains something', { contains: { const: 'x' } }, (size) => list(size, () => 'y')],
    ['any of several', { items: { anyOf: list(20, (i) => ({ const: i })) } }, (size) => list(size, () => 'y')],
    [
      'what is left',
      { allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
      (size) => Object.fromEntries(list(size, (i) => [`k${i}`, i]) as [string, unknown][]),
    ],
  ])('%s: four times the value is four times the work', (_what, schema, value) => {
    const [short, long] = [workFor(schema, value(1000)), workFor(schema, value(4000))];
    expect(short).toBeGreaterThan(1000);
    expect(long).toBeLessThanOrEqual(4.5 * short);
  });
});
