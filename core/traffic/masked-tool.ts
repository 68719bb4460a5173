/** A tool as its server lists it, without what may not stand in a traffic log: examples and defaults may be somebody's. */
import type { Work } from '../inspect/content/work.ts';
import { isObject } from '../mcp/message.ts';
import { masked } from './found-in.ts';

const MAX_DEPTH = 16;
const MAX_MEMBERS = 512;
const LONGEST = 4_096;
/** No parameter of a rule has a longer name. */
const LONGEST_KEY = 256;
const KEPT = ['name', 'title', 'description', 'annotations', 'inputSchema'] as const;
/** Values that no rule is written of. */
const LEFT_OUT: ReadonlySet<string> = new Set(['examples', 'default', 'example']);

/** Undefined for what has no name. */
export function maskedTool(tool: unknown, work: Work): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(tool) || typeof tool['name'] !== 'string') return undefined;
  const kept = KEPT.filter((key) => tool[key] !== undefined).map((key) => [key, maskedIn(tool[key], 0, work)] as const);
  return Object.fromEntries(kept);
}

function maskedIn(value: unknown, depth: number, work: Work): unknown {
  if (typeof value === 'string') return masked(value.slice(0, LONGEST).toWellFormed(), undefined, work);
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((one) => maskedIn(one, depth + 1, work) ?? null);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key) && key.length <= LONGEST_KEY);
  return Object.fromEntries(members.slice(0, MAX_MEMBERS).map(([key, one]) => [key, maskedIn(one, depth + 1, work)]));
}
