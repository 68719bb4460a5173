/** Tables that are named as types or by text: `null::orders` is a row of `orders`, `'orders'::regclass` the table itself (PostgreSQL 8.16, 8.19). */
import type { TableName } from './table-name.ts';
import type { SqlToken } from './tokens.ts';

/** Types that are no table's: what a null is cast to in ordinary queries. */
const BUILT_IN = new Set(
  'bigint bigserial bit bool boolean box bpchar bytea char character cidr circle citext clob date datetime datetime2 datetimeoffset decimal double enum float float4 float8 geography geometry hstore inet int int2 int4 int8 integer interval json jsonb line lseg ltree macaddr macaddr8 money name national nchar ntext number numeric nvarchar oid path point polygon real record serial signed smallint smallserial string text time timestamp timestamptz timetz tinyint tsquery tsvector unsigned uniqueidentifier uuid varbinary varchar varchar2 variant vector xid xml year array struct map'.split(
    ' ',
  ),
);

/** The table that the cast at `i` names, where there is a cast: `::`, or the `as` of `cast(… as …)`. */
export function tableOfCast(tokens: readonly SqlToken[], i: number): TableName | undefined {
  const operator = tokens[i];
  if (operator?.kind === 'word') {
    const isCast = operator.text === 'as' && textOf(tokens[i - 2]) === '(' && textOf(tokens[i - 3]) === 'cast';
    return isCast ? castAt(tokens, i) : undefined;
  }
  return operator?.kind === 'operator' && operator.text === '::' ? castAt(tokens, i) : undefined;
}

function castAt(tokens: readonly SqlToken[], i: number): TableName | undefined {
  const value = tokens[i - 1];
  const type = tokens[i + 1];
  if (value === undefined || type === undefined) return undefined;
  if (value.kind === 'string')
    return textOf(type) === 'regclass' ? { parts: partsOf(value.text), token: value } : undefined;
  if (textOf(value) !== 'null' || (type.kind !== 'word' && type.kind !== 'quoted')) return undefined;
  const parts = [type.text.toLowerCase()];
  for (let at = i + 2; textOf(tokens[at]) === '.'; at += 2) parts.push(tokens[at + 1]?.text.toLowerCase() ?? '');
  return parts.length === 1 && type.kind === 'word' && BUILT_IN.has(type.text) ? undefined : { parts, token: type };
}

/** As the text of a name has them: `public."Orders"`. */
function partsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split('.')
    .map((part) => part.trim().replaceAll('"', ''));
}

function textOf(token: SqlToken | undefined): string {
  return token === undefined || token.kind === 'string' || token.kind === 'quoted' ? '' : token.text;
}
