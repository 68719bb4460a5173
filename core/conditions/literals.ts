/** What has to be written out in a condition, so that it is checked with the pack and made ready once, and no caller can choose it. */
import { RE2JS } from 're2js';
import { hostSchema } from '../api/rules/hosts.ts';
import { isRange } from '../inspect/ip-address.ts';
import type { Expression } from './expression.ts';
import type { Mistake } from './mistake.ts';
import { zoneFormat } from './times.ts';

/** Instructions of all compiled patterns of a condition: what matching takes goes with them, and what it takes to make them ready. */
const MAX_INSTRUCTIONS = 1024;
/** Absolute, without empty, `.` and `..` parts. */
const PLAIN_PATH = /^\/$|^(?:\/(?!\.{1,2}(?:\/|$))[^/\p{Cc}]+)+\/?$/u;
const ENTRIES = 'has to be written out as a list of strings';

/** What the patterns of a condition have come to so far. */
export interface Written {
  instructions: number;
}

/** Undefined: nothing is wrong with it. */
export function whyNotWritten(name: string, args: readonly Expression[], written: Written): Mistake | undefined {
  switch (name) {
    case 'matches':
      return patternFault(args[1], written);
    case 'hostIn':
      return listFault(args[1], 'the hosts of hostIn', ['*.example.com'], (host) => hostSchema.safeParse(host).success);
    case 'addressIn':
      return listFault(args[1], 'the ranges of addressIn', ['10.0.0.0/8'], isRange);
    case 'pathIn':
      return listFault(args[1], 'the folders of pathIn', ['/data'], (path) => PLAIN_PATH.test(path));
    default:
      return name.startsWith('get') && args.length > 1 ? zoneFault(args[1]) : undefined;
  }
}

function textOf(expression: Expression | undefined): string | undefined {
  return expression?.[0] === 'value' && typeof expression[1] === 'string' ? expression[1] : undefined;
}

function patternFault(expression: Expression | undefined, written: Written): Mistake | undefined {
  const pattern = textOf(expression);
  if (pattern === undefined) {
    const problem = 'has a pattern of matches that is not written out';
    return { problem, mend: "write it as a string, for example matches('^[a-z]+$')" };
  }
  try {
    const own = RE2JS.compile(pattern).programSize();
    written.instructions += own;
    if (written.instructions <= MAX_INSTRUCTIONS) return undefined;
    if (own > MAX_INSTRUCTIONS)
      return { problem: 'has a pattern that takes too much to be matched', mend: 'repeat less in it' };
    const problem = 'has patterns that take too much to be matched together';
    return { problem, mend: 'repeat less in them, or write several rules' };
  } catch (error) {
    const said = error instanceof Error ? error.message : 'unknown';
    const problem = `has a pattern that is none of RE2: ${said.replaceAll(/[\p{Cc};]/gu, ' ').slice(0, 120)}`;
    return { problem, mend: 'write one without look-around and back-references' };
  }
}

function listFault(
  expression: Expression | undefined,
  what: string,
  example: readonly string[],
  isGood: (text: string) => boolean,
): Mistake | undefined {
  const mend = `write for example ${JSON.stringify(example)}`;
  const texts = expression?.[0] === 'list' ? expression[1].map(textOf) : [];
  if (texts.length === 0 || texts.includes(undefined)) return { problem: `${what}: ${ENTRIES}`, mend };
  const bad = texts.find((text) => text !== undefined && !isGood(text));
  return bad === undefined ? undefined : { problem: `${what}: ${JSON.stringify(bad.slice(0, 60))} is none`, mend };
}

function zoneFault(expression: Expression | undefined): Mistake | undefined {
  const zone = textOf(expression);
  const mend = 'write it as a string, for example getHours("Europe/Berlin")';
  if (zone === undefined) return { problem: 'has a time zone that is not written out', mend };
  return zoneFormat(zone) === undefined
    ? { problem: `knows no time zone ${JSON.stringify(zone.slice(0, 60))}`, mend }
    : undefined;
}
