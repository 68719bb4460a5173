/** A table as a statement names it. */
import type { SqlToken } from './tokens.ts';

export interface TableName {
  /** In lower case: `public.orders` has two. */
  readonly parts: readonly string[];
  readonly token: SqlToken;
}
