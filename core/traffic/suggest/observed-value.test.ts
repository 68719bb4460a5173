import { expect, it } from 'vitest';
import { FewTexts, ObservedValue } from './observed-value.ts';

it('a set that holds too much forgets, so that nothing is said of it', () => {
  const few = new FewTexts();
  for (let i = 0; i < 64; i++) few.add(`${i}`);
  expect(few.all).toHaveLength(64);
  few.add('one more');
  expect(few.all).toBeUndefined();
  few.add('0');
  expect(few.all).toBeUndefined();
});

it('of numbers there is a range, of texts the greatest length', () => {
  const value = new ObservedValue();
  value.add({ is: 'value', value: 3 });
  value.add({ is: 'number', above: 1000, upTo: 2000, whole: true });
  expect([value.min, value.max, value.whole, [...value.types]]).toEqual([3, 2000, true, ['number']]);
  value.add({ is: 'number', above: 0.1, upTo: 0.2, whole: false });
  value.add({ is: 'text', chars: 16, found: ['email'] });
  value.add({ is: 'value', value: 'word' });
  value.add({ is: 'value', value: null });
  value.add({ is: 'value', value: true });
  value.add({ is: 'array', items: [], count: 0 });
  expect([value.min, value.whole, value.chars, value.hasFound, [...value.types]]).toEqual([
    0.1,
    false,
    16,
    true,
    ['number', 'string', 'boolean', 'array'],
  ]);
});

it('of places each one, and whether there was a port', () => {
  const value = new ObservedValue();
  value.add({ is: 'url', scheme: 'https', host: 'a.example', port: 8443 });
  expect(value.hasDefaultPort).toBe(false);
  value.add({ is: 'host', host: 'b.example' });
  value.add({ is: 'shell', programs: ['git'], chars: 8 });
  value.add({ is: 'sql', kinds: ['select'], tables: ['a'], chars: 64 });
  value.add({ is: 'path', under: '/data', parts: 1 });
  expect([
    value.hosts.all,
    value.ports.all,
    value.hasDefaultPort,
    value.programs.all,
    value.tables.all,
    value.folders.all,
    value.chars,
  ]).toEqual([['a.example', 'b.example'], ['8443'], true, ['git'], ['a'], ['/data'], 64]);
});
