import { describe, expect, test } from 'vitest';
import { TablePatterns } from './table-patterns.ts';

const token = { kind: 'word', text: '', start: 0, end: 0, open: false } as const;

function has(pattern: string, name: string): boolean {
  return new TablePatterns([pattern]).has({ parts: name.split('/'), token });
}

describe('a pattern', () => {
  const fits: [pattern: string, name: string][] = [
    ['orders', 'orders'],
    ['Orders', 'orders'],
    ['orders', 'public/orders'],
    ['orders', 'dbo/orders'],
    ['order*', 'orders_2024'],
    ['*_log', 'audit_log_log'],
    ['sales.*', 'sales/items'],
    ['*.items', 'sales/items'],
    ['db.sales.items', 'db/sales/items'],
    ['*', 'a/b/c'],
  ];
  test.each(fits)('%s means %s', (pattern, name) => expect(has(pattern, name)).toBe(true));

  const others: [pattern: string, name: string][] = [
    ['orders', 'sales/orders'],
    ['orders', 'orders2'],
    ['sales.*', 'items'],
    ['sales.*', 'sales.items'],
    ['sales.*', 'db/sales/items'],
    ['a*b', 'ac'],
    ['*', 'x'.repeat(300)],
  ];
  test.each(others)('%s does not mean %s', (pattern, name) => expect(has(pattern, name)).toBe(false));
});

test('patterns are told as they were written', () => {
  expect(new TablePatterns(['Orders', 'sales.*']).written).toEqual(['Orders', 'sales.*']);
});
