/** Streams for tests, as `sql-shapes.ts` makes them. */
import type { Standing } from '../spelling.ts';
import { SqlStream } from '../stream.ts';
import { type SqlLexing, sqlTokens } from '../tokens.ts';

const LEXING: SqlLexing = {
  backslash: false,
  doubleQuoted: 'string',
  hash: false,
  dashBlank: false,
  nested: false,
  executed: true,
  dollar: true,
  brackets: false,
};

export const BARE: Standing = { breakout: false, apostrophe: false, opening: false, capitals: true };
export const QUOTED: Standing = { ...BARE, breakout: true };

export function streamOf(text: string, quote?: string): SqlStream {
  return new SqlStream(sqlTokens(text, LEXING), text, quote);
}
