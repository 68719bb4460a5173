import { expect, it } from 'vitest';
import { nearMisses } from './near-misses.ts';

it.each<[string, object, object, object[]]>([
  ['a', { a: 'x' }, { type: 'string', enum: ['x', 'another-word'] }, [{ a: 'another-word-2' }]],
  ['a', { a: 3 }, { type: 'integer', min: 1, max: 5 }, [{ a: 0 }, { a: 6 }]],
  ['a', { a: 'x' }, { type: 'string', maxLength: 2 }, [{ a: 'xxx' }]],
  ['a', { a: 'x' }, { type: 'string', maxLength: 2048 }, []],
  ['a', {}, { type: 'any', forbidden: true }, [{ a: 'x' }]],
  [
    'a',
    { a: 'https://x' },
    { type: 'url', hosts: ['x'], schemes: ['ftp'] },
    [{ a: 'ftp://other-host.sallyport.dev/x' }],
  ],
  ['a', { a: 'x' }, { type: 'host', hosts: ['x'] }, [{ a: 'other-host.sallyport.dev' }]],
  ['a', { a: 'git x' }, { type: 'shell', programs: ['git'] }, [{ a: 'other-program x' }]],
  [
    'a',
    { a: '' },
    { type: 'sql', statements: ['select'], tables: ['t'] },
    [{ a: 'DROP TABLE other_table' }, { a: 'SELECT * FROM other_table' }],
  ],
  ['a', { a: '/x' }, { type: 'path', roots: ['/'] }, []],
  ['/a/*/b', { a: [{ b: 1 }, { b: 2 }], c: 3 }, { type: 'integer', max: 2 }, [{ a: [{ b: 3 }, { b: 2 }], c: 3 }]],
  ['/a/*/b', { a: [] }, { type: 'integer', max: 2 }, []],
  ['/a/b', { a: 'x' }, { type: 'integer', max: 2 }, []],
])('%s of %j by %j', (parameter, args, check, changed) => {
  const misses = nearMisses(args as Record<string, unknown>, { [parameter]: check as never });
  expect(misses.map((miss) => miss.arguments)).toEqual(changed);
});

it('a path leads elsewhere, straight and by climbing', () => {
  expect(nearMisses({ a: '/data/x' }, { a: { type: 'path', roots: ['/data'] } })).toEqual([
    { what: 'a path outside as a', arguments: { a: '/nowhere-else/x' } },
    { what: 'a path that climbs out as a', arguments: { a: '/data/../../../../../../../../../../nowhere-else/x' } },
  ]);
});
