/** Which call something came from, as it is kept beside it, and in the words of a reason. */
import type { Target } from '../../mcp/catalogue.ts';
import { describeTarget } from '../explain.ts';
import type { HistoryEvent } from './rule.ts';
import { spanWords } from './wait-words.ts';

const LONGEST_NAME = 120;

/** For a store: at most 300 characters. Nothing of it but the name of the target is what a caller says. */
export function originNote({ target, id }: HistoryEvent): string {
  const { kind, name } = target;
  const shown = name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}…`;
  return JSON.stringify([kind, shown, id.slice(0, id.lastIndexOf('-'))]);
}

/** `tool "read_customer" 3 minutes ago (trace 4bf9…)`. Of what others have done, and of a note that is none, nothing is told. */
export function originWords(note: string, agoMs: number): string {
  const [kind, name, trace] = read(note);
  if (kind === undefined || name === undefined) return `a call ${agoWords(agoMs)}`;
  return `${describeTarget({ kind, name } as Target)} ${agoWords(agoMs)} (trace ${trace})`;
}

function agoWords(agoMs: number): string {
  return agoMs < 1000 ? 'just now' : `${spanWords(agoMs)} ago`;
}

function read(note: string): readonly (string | undefined)[] {
  try {
    const said: unknown = JSON.parse(note);
    return Array.isArray(said) && said.length === 3 && said.every((one) => typeof one === 'string') ? said : [];
  } catch {
    return [];
  }
}
