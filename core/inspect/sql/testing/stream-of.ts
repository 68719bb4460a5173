/** Streams for tests, as `sql-shapes.ts` makes them. */
import { STANDARD_LEXING } from '../dialects.ts';
import type { Standing } from '../spelling.ts';
import { SqlStream } from '../stream.ts';
import { type SqlLexing, sqlTokens } from '../tokens.ts';

const LEXING: SqlLexing = { ...STANDARD_LEXING, doubleQuoted: 'string', executed: true, dollar: true };

export const BARE: Standing = { breakout: false, apostrophe: false, opening: false, capitals: true };
export const QUOTED: Standing = { ...BARE, breakout: true };

export function streamOf(text: string, quote?: string): SqlStream {
  return new SqlStream(sqlTokens(text, LEXING), text, quote);
}
