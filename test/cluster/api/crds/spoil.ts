/** Every way in which one field of an object can be wrong that a machine can think of, named by field and fault. */

export interface Spoilt {
  /** Such as `spec.run.env[].name: upper case`. */
  name: string;
  object: unknown;
}

const NOTHING: [string, unknown] = ['null', null];
const NUL = '\u0000';

/** By the type of the value that is there. */
function faults(value: unknown): [fault: string, value: unknown][] {
  if (typeof value === 'string')
    return [...STRINGS, ['its end cut', value.slice(0, -1)], ['a number', 12_345], NOTHING];
  if (typeof value === 'number') return [...NUMBERS, NOTHING];
  if (typeof value === 'boolean') return [['a string', 'true'], NOTHING];
  if (Array.isArray(value)) {
    const entry: unknown = value[0];
    return [
      ['empty', []],
      ['its first entry twice', [entry, ...value.map(clone)]],
      ['1001 entries', Array.from({ length: 1001 }, (_, i) => numbered(entry, i))],
      ['a string', 'x'],
      NOTHING,
    ];
  }
  return [
    ['empty', {}],
    ['a string', 'x'],
    NOTHING,
    ['an unknown field', { ...(value as object), surprise: 'x' }],
    ['a field with a blank and "!"', { ...(value as object), 'a b!': firstOf(value) }],
    ['1001 fields', Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}`, firstOf(value)]))],
    ['a field of 400 letters', { ...(value as object), ['a'.repeat(400)]: firstOf(value) }],
  ];
}

const STRINGS: [string, unknown][] = [
  ['empty', ''],
  ['a blank', 'a b'],
  ['upper case', 'ABC'],
  ['an underscore', 'a_b'],
  ['a dot', 'a.b'],
  ['a slash at its end', 'a/'],
  ['digits', '0123'],
  ['a hyphen first', '-a'],
  ['an asterisk', '*'],
  ['a question mark', '/a?b'],
  ['a way up', '/a/../b'],
  ['two slashes', '/a//b'],
  ['a line break', 'a\nb'],
  ['an escape', 'a\u001b[2J'],
  ['a NUL', `a${NUL}b`],
  ['another script', 'ключ'],
  ['a long unit', '999999h'],
  ['too small a unit', '1ms'],
  ['a large quantity', '999999999Gi'],
  ['a URL with a password', 'https://ada:hunter2@example.com/'],
  ['a URL with nobody in it', 'https://@example.com/'],
  ['a URL with a backslash', 'https://a\\@example.com/'],
  ['a URL with a fragment', 'https://example.com/#a'],
  ['a URL without host', 'https://'],
  ['a URL that is none', 'http://[::1/'],
  ['a time without zone', '2026-11-21T10:15:00'],
  ['a day without time', '2026-11-21'],
  ['a time with a blank', '2026-11-21 10:15:00Z'],
  ['a day there is not', '2026-02-30T10:15:00Z'],
  ['200 letters of 32 bits', '𐀀'.repeat(200)],
  ['64 letters', 'a'.repeat(64)],
  ['100000 letters', 'a'.repeat(100_000)],
];

const NUMBERS: [string, unknown][] = [
  ['negative', -1],
  ['nothing', 0],
  ['a fraction', 1.5],
  ['70000', 70_000],
  ['more than JavaScript counts', 2 ** 60],
  ['the port of the sidecar', 8484],
  ['a string', '1'],
];

/** The object with each field in turn spoilt in each way, removed, and every list and mapping in it likewise. */
export function* spoil(object: unknown, from: readonly string[]): Generator<Spoilt> {
  for (const below of pathsOf(at(object, from))) {
    const path = from.concat(below);
    const name = nameOf(path);
    for (const [fault, value] of faults(at(object, path))) {
      const copy = clone(object);
      set(copy, path, value);
      yield { name: `${name}: ${fault}`, object: copy };
    }
    const copy = clone(object);
    remove(copy, path);
    yield { name: `${name}: removed`, object: copy };
  }
}

/** Of every value in it, its own first; of a list, those of all entries. */
export function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const below = Object.entries(value).flatMap(([key, field]) => pathsOf(field).map((path) => [key].concat(path)));
  return [[], ...below];
}

/** Keys of lists are left out, so that faults of two entries have one name. */
export function nameOf(path: readonly string[]): string {
  return path.map((key, i) => (/^[0-9]+$/.test(key) ? '[]' : `${i === 0 ? '' : '.'}${key}`)).join('');
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce((node, key) => (node as Record<string, unknown>)[key], value);
}

function set(object: unknown, path: readonly string[], value: unknown): void {
  const parent = at(object, path.slice(0, -1)) as Record<string, unknown>;
  parent[path.at(-1) ?? ''] = value;
}

function remove(object: unknown, path: readonly string[]): void {
  const parent = at(object, path.slice(0, -1)) as Record<string, unknown>;
  const key = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

function numbered(entry: unknown, i: number): unknown {
  if (typeof entry === 'string') return `${entry}${i}`;
  return typeof entry === 'object' && entry !== null && 'name' in entry
    ? { ...clone(entry), name: `n${i}` }
    : clone(entry);
}

function firstOf(value: unknown): unknown {
  return Object.values(value as object)[0] ?? 'x';
}

function clone<T>(value: T): T {
  return structuredClone(value);
}
