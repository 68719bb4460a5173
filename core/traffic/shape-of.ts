/** The shape of whatever was sent: members and items as far as their names are harmless and there are not too many. */
import type { Work } from '../inspect/content/work.ts';
import { wordsOf } from '../inspect/typing/words.ts';
import { isObject } from '../mcp/message.ts';
import { numberClass } from './classes.ts';
import { foundIn } from './found-in.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { shapeOfText } from './text-shape.ts';

export interface Shaping {
  readonly tool: string | undefined;
  /** The tool's `inputSchema`; undefined where nobody has it. */
  readonly schema: unknown;
  /** Names of parameters whose values are kept, wherever they stand. */
  readonly full: ReadonlySet<string>;
  readonly work: Work;
}

interface Counted extends Shaping {
  left: number;
}

const MAX_DEPTH = 8;
const MAX_MEMBERS = 64;
/** Of all nodes of one shape, so that a line of a log has a bound. */
const MAX_NODES = 1_000;
/** Shapes of items that differ. */
const MAX_ITEMS = 16;
/** Items of one list that are looked at. */
const MAX_LOOKED_AT = 256;
const SMALL = 1_000;

export function shapeOf(value: unknown, shaping: Shaping): Shape {
  return shapeIn(value, '', shaping.schema, 0, { ...shaping, left: MAX_NODES });
}

function shapeIn(value: unknown, name: string, schema: unknown, depth: number, shaping: Counted): Shape {
  shaping.left--;
  if (value === null || value === undefined || typeof value === 'boolean') return { is: 'value', value: value ?? null };
  const isFull = shaping.full.has(name);
  if (typeof value === 'number') return shapeOfNumber(value, name, isFull);
  if (typeof value === 'string') return shapeOfText(value, { name, schema, tool: shaping.tool, isFull }, shaping.work);
  if (Array.isArray(value)) return shapeOfList(value, name, schema, depth, shaping);
  if (isObject(value)) return shapeOfObject(value, schema, depth, shaping);
  return { is: 'text', chars: 0 };
}

/** Numbers that are secrets by what they are called. */
const SECRET_NUMBERS = new Set(['pin', 'cvv', 'cvc', 'otp', 'ssn', 'passcode', 'password', 'secret', 'token', 'totp']);

function shapeOfNumber(value: number, name: string, isFull: boolean): Shape {
  const whole = Number.isInteger(value);
  const last = wordsOf(name).at(-1);
  if (last !== undefined && SECRET_NUMBERS.has(last)) return { is: 'number', above: 0, upTo: 1e15, whole };
  if (value === 0 || (whole && Math.abs(value) <= SMALL)) return { is: 'value', value };
  if (isFull && foundIn(String(value), name).length === 0) return { is: 'value', value };
  return { is: 'number', ...numberClass(value), whole };
}

function shapeOfList(list: readonly unknown[], name: string, schema: unknown, depth: number, shaping: Counted): Shape {
  const items = new Map<string, Shape>();
  const ofItems = isObject(schema) ? schema['items'] : undefined;
  if (depth < MAX_DEPTH) {
    for (const item of list.slice(0, MAX_LOOKED_AT)) {
      const shape = shapeIn(item, name, ofItems, depth + 1, shaping);
      items.set(JSON.stringify(shape), shape);
      if (items.size === MAX_ITEMS || shaping.left <= 0) break;
    }
  }
  return { is: 'array', items: [...items.values()], count: list.length };
}

function shapeOfObject(
  value: Readonly<Record<string, unknown>>,
  schema: unknown,
  depth: number,
  shaping: Counted,
): ObjectShape {
  const ofMembers = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const members: [string, Shape][] = [];
  const entries = Object.entries(value);
  for (const [key, member] of depth < MAX_DEPTH ? entries : []) {
    if (members.length === MAX_MEMBERS || shaping.left <= 0) break;
    const ofMember = Object.hasOwn(ofMembers, key) ? ofMembers[key] : undefined;
    if (ofMember === undefined && !isPlainName(key, shaping.work)) continue;
    members.push([key, shapeIn(member, key, ofMember, depth + 1, shaping)]);
  }
  const left = entries.length - members.length;
  // `fromEntries`, since `__proto__` is a name like any other.
  return { is: 'object', members: Object.fromEntries(members), ...(left === 0 ? {} : { left }) };
}

const NAME = /^[A-Za-z_$][\w$.-]{0,63}$/;
const MOST_DIGITS = 4;

/** A map may be keyed by what it is about: mail addresses, names, account numbers. */
function isPlainName(key: string, work: Work): boolean {
  return NAME.test(key) && (key.match(/\d/g)?.length ?? 0) <= MOST_DIGITS && foundIn(key, undefined, work).length === 0;
}
