import { expect, test } from 'vitest';
import { STANDARD_LEXING } from './dialects.ts';
import { tableOfCast } from './table-casts.ts';
import { sqlTokens } from './tokens.ts';

function named(text: string): string[] {
  const tokens = sqlTokens(text, STANDARD_LEXING);
  return tokens.flatMap((_, i) => tableOfCast(tokens, i)?.parts.join('.') ?? []);
}

test.each([
  ['select (null::orders).*', ['orders']],
  ['select null::"Orders", null::sales.orders', ['orders', 'sales.orders']],
  ['select cast(null as orders)', ['orders']],
  [`select 'public."Orders"'::regclass`, ['public.orders']],
  [`select cast('orders' as regclass)`, ['orders']],
])('%s names a table', (text, tables) => {
  expect(named(text)).toEqual(tables);
});

test.each([
  'select null::text, null::numeric(10, 2), cast(null as varchar(10))',
  'select null as orders, id::regclass',
  `select '1'::orders_id, 'a'::text, x::mood`,
  'select ::, null::',
])('%s names none', (text) => {
  expect(named(text)).toEqual([]);
});
