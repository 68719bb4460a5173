import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NO_BOUND } from '../inspect/content/work.ts';
import type { Shape } from './shape.ts';
import { shapeOf } from './shape-of.ts';
import { standInFor } from './stand-in.ts';

const both = (shape: Shape): unknown[] => [standInFor(shape, 'least'), standInFor(shape, 'most')];

it.each<[Shape, unknown, unknown]>([
  [{ is: 'value', value: 'fast' }, 'fast', 'fast'],
  [{ is: 'number', above: 1000, upTo: 2000, whole: true }, 1001, 2000],
  [{ is: 'number', above: -2000, upTo: -1000, whole: true }, -2000, -1001],
  [{ is: 'text', chars: 16 }, 'x'.repeat(9), 'x'.repeat(16)],
  [{ is: 'text', chars: 0 }, '', ''],
  [{ is: 'path', under: '/data', parts: 2 }, '/data/x/x', '/data/x/x'],
  [{ is: 'path', under: '', parts: 1 }, 'x', 'x'],
  [{ is: 'path', under: '', parts: 0 }, '.', '.'],
  [
    { is: 'url', scheme: 'https', host: 'a.example', port: 8443 },
    'https://a.example:8443/x',
    'https://a.example:8443/x',
  ],
  [{ is: 'host', host: 'a.example' }, 'a.example', 'a.example'],
  [{ is: 'sql', kinds: ['delete'], tables: ['a'], chars: 8 }, 'DELETE FROM a WHERE a = 1', 'DELETE FROM a WHERE a = 1'],
  [{ is: 'sql', kinds: ['select'], tables: [], chars: 8 }, 'SELECT 1', 'SELECT 1'],
  [{ is: 'array', items: [{ is: 'value', value: 1 }], count: 3 }, [1, 1, 1], [1, 1, 1]],
])('%j', (shape, least, most) => expect(both(shape)).toEqual([least, most]));

it('what was found is there again', () => {
  const shape: Shape = { is: 'text', chars: 64, type: 'text', found: ['email', 'creditCard'] };
  expect(
    shapeOf({ text: standInFor(shape, 'most') }, { tool: 't', schema: undefined, full: new Set(), work: NO_BOUND }),
  ).toMatchObject({
    members: { text: { chars: 64, found: ['creditCard', 'email'] } },
  });
  expect(standInFor({ is: 'text', chars: 64, type: 'identifier', found: ['email'] }, 'most')).toBe(
    'someone@sallyport.dev',
  );
});

const LEFT_OUT = new Set(['chars', 'under', 'parts']);
const list = (text: string) => fc.oneof(fc.constant(text), fc.array(fc.constant(text), { minLength: 1, maxLength: 3 }));
const sent = fc.record(
  {
    path: list('/data/x.txt'),
    url: list('https://a.example/b'),
    command: list('git log | head'),
    sql: list('SELECT a FROM b'),
    text: fc.constantFrom('hello', 'x'.repeat(100), 'ada@sallyport.dev', '4111 1111 1111 1111'),
    mode: fc.constant('fast'),
    amount: fc.oneof(
      fc.integer(),
      fc.integer().map((n) => n / 7),
    ),
    isOn: fc.boolean(),
  },
  { requiredKeys: [] },
);

it('has the shape that it stands for', () => {
  const of = (value: unknown) => shapeOf(value, { tool: 't', schema: undefined, full: new Set(), work: NO_BOUND });
  // Of command lines and SQL the length is not made again, nor how deep a path is: a folder of ours is one that is kept.
  const comparable = (value: Shape): string =>
    JSON.stringify(value, (key, one: unknown) => (LEFT_OUT.has(key) ? undefined : one));
  fc.assert(
    fc.property(sent, (args) => {
      const shape = of(args);
      for (const made of both(shape)) expect(comparable(of(made))).toBe(comparable(shape));
    }),
  );
});
