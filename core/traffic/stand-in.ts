/**
 * Values that have a shape, for calls that are made again without what was said in them. The smallest and the largest of the shape: what
 * both of them come to, everything between them comes to as far as lengths and sizes decide.
 */
import { shortestOf } from './classes.ts';
import type { ArrayShape, ObjectShape, Shape, TextShape } from './shape.ts';
import { sampleOf } from './samples.ts';

export type Extreme = 'least' | 'most';

/** Texts longer than this stand for themselves: nobody has a rule between. */
const LONGEST = 65_536;

export function standInFor(shape: Shape, extreme: Extreme): unknown {
  switch (shape.is) {
    case 'value':
      return shape.value;
    case 'number':
      return numberFor(shape.above, shape.upTo, shape.whole, extreme);
    case 'text':
      return textFor(shape, extreme);
    case 'path':
      return pathFor(shape.under, shape.parts);
    case 'url':
      return `${shape.scheme}://${shape.host}${portOf(shape.port)}/x`;
    case 'host':
      return `${shape.host}${portOf(shape.port)}`;
    case 'shell':
      return shape.programs.map((program) => `${program} x`).join('\n');
    case 'sql':
      return sqlFor(shape.kinds, shape.tables);
    case 'array':
      return listFor(shape, extreme);
    case 'object':
      return objectFor(shape, extreme);
  }
}

/** Of the two borders, the one that is farther from 0 belongs to the class. */
function numberFor(above: number, upTo: number, whole: boolean, extreme: Extreme): number {
  // No power of ten is a multiple of it, so that a fraction stays one.
  const step = whole ? 1 : (upTo - above) / 1_023;
  const isOfClass = (border: number): boolean => whole || !Number.isInteger(border);
  if (extreme === 'least') return upTo <= 0 && isOfClass(above) ? above : above + step;
  return upTo > 0 && isOfClass(upTo) ? upTo : upTo - step;
}

/** What was found in it stands alone where nothing else may be beside it, as in the name of a host. */
function textFor({ chars, type, found = [] }: TextShape, extreme: Extreme): string {
  const length = Math.min(LONGEST, extreme === 'most' ? chars : shortestOf(chars));
  const samples = found.map(sampleOf).filter((one) => one !== '');
  if (samples.length === 0) return 'x'.repeat(length);
  const [sample = ''] = samples;
  if (type !== undefined && type !== 'text' && type !== 'code') return sample;
  const said = samples.join(' ');
  return said.length + 1 >= length ? said : `${said} ${'x'.repeat(length - said.length - 1)}`;
}

function pathFor(under: string, parts: number): string {
  const rest = Array<string>(parts).fill('x').join('/');
  if (rest === '') return under === '' ? '.' : under;
  if (under === '' || under === '/') return `${under}${rest}`;
  return `${under}/${rest}`;
}

function portOf(port: number | undefined): string {
  return port === undefined ? '' : `:${port}`;
}

/** One that does all of it; tables that no statement of the kind names are read beside. */
function sqlFor(kinds: readonly string[], tables: readonly string[]): string {
  const [table = 't', ...others] = tables;
  const from = [table, ...others].join(', ');
  const kind = kinds.find((one) => one !== 'select') ?? 'select';
  const written: Readonly<Record<string, string>> = {
    insert: `INSERT INTO ${table} SELECT * FROM ${from}`,
    update: `UPDATE ${table} SET a = 1`,
    delete: `DELETE FROM ${table} WHERE a = 1`,
    create: `CREATE TABLE ${table} (a int)`,
    alter: `ALTER TABLE ${table} ADD a int`,
    drop: `DROP TABLE ${from}`,
    truncate: `TRUNCATE TABLE ${table}`,
  };
  return written[kind] ?? (tables.length === 0 ? 'SELECT 1' : `SELECT * FROM ${from}`);
}

/** More items than that decide nothing else. */
const MOST_ITEMS = 256;

function listFor({ items, count }: ArrayShape, extreme: Extreme): unknown[] {
  const [first] = items;
  const made = items.map((item) => standInFor(item, extreme));
  const missing = first === undefined ? 0 : Math.min(count, MOST_ITEMS) - made.length;
  if (first !== undefined && missing > 0) made.push(...Array<unknown>(missing).fill(standInFor(first, extreme)));
  return made.slice(0, count);
}

function objectFor({ members }: ObjectShape, extreme: Extreme): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([key, member]) => [key, standInFor(member, extreme)]));
}
