/** How databases cut SQL into tokens, and which of them have to be asked about a text because they would disagree. */
import type { SqlLexing } from './tokens.ts';

export type SqlDialect = 'standard' | 'postgresql' | 'mysql' | 'sqlite' | 'sqlserver';

export const STANDARD_LEXING: SqlLexing = {
  backslash: false,
  doubleQuoted: 'name',
  hash: false,
  dashBlank: false,
  nested: false,
  executed: false,
  dollar: false,
  brackets: false,
  carriage: false,
};

/** Each with its settings as they come. */
const DIALECTS: readonly (readonly [SqlDialect, SqlLexing])[] = [
  ['postgresql', { ...STANDARD_LEXING, nested: true, dollar: true, carriage: true }],
  [
    'mysql',
    { ...STANDARD_LEXING, backslash: true, doubleQuoted: 'string', hash: true, dashBlank: true, executed: true },
  ],
  ['sqlite', { ...STANDARD_LEXING, brackets: true }],
  ['sqlserver', { ...STANDARD_LEXING, nested: true, brackets: true, carriage: true }],
];

/** Without these, all read the same. */
const DISPUTED = /[\\#$[\r]|--|\/\*/;

export interface Lexing {
  readonly dialect: SqlDialect;
  readonly lexing: SqlLexing;
}

const UNDISPUTED: readonly Lexing[] = [{ dialect: 'standard', lexing: STANDARD_LEXING }];

const NO_BLANK_BEHIND = /--[^\s\0-\x20]/;
const EXECUTED = /\/\*M?!/;

/** The ways in which `text` has to be read, so that whatever database it goes to, one of them is its own. One to four. */
export function lexingsOf(text: string): readonly Lexing[] {
  if (!DISPUTED.test(text)) return UNDISPUTED;
  const opens = text.indexOf('/*');
  const has: { readonly [Option in keyof SqlLexing]: boolean } = {
    backslash: text.includes('\\'),
    // In the end of a string, the two differ by backslashes alone.
    doubleQuoted: text.includes('\\') && text.includes('"'),
    hash: text.includes('#'),
    dashBlank: NO_BLANK_BEHIND.test(text),
    nested: opens !== -1 && text.includes('/*', opens + 2),
    executed: EXECUTED.test(text),
    dollar: text.includes('$'),
    brackets: text.includes('['),
    carriage: text.includes('\r') && text.includes('--'),
  };
  const ways = new Map<string, Lexing>();
  for (const [dialect, lexing] of DIALECTS) {
    const needed: SqlLexing = {
      backslash: lexing.backslash && has.backslash,
      doubleQuoted: has.doubleQuoted ? lexing.doubleQuoted : 'name',
      hash: lexing.hash && has.hash,
      dashBlank: lexing.dashBlank && has.dashBlank,
      nested: lexing.nested && has.nested,
      executed: lexing.executed && has.executed,
      dollar: lexing.dollar && has.dollar,
      brackets: lexing.brackets && has.brackets,
      carriage: lexing.carriage && has.carriage,
    };
    const key = Object.values(needed).join();
    if (!ways.has(key)) ways.set(key, { dialect, lexing: needed });
  }
  return [...ways.values()];
}
