import { expect, it } from 'vitest';
import { entriesIn, entriesOf, readMapping } from './secret-entries.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

it('has each entry once, as the API server would store it', () => {
  const { entries, problems } = entriesOf({ stringData: { a: 'text' }, data: { a: '!', b: base64('bytes') } });
  expect(problems).toEqual([]);
  expect(Object.fromEntries(entries)).toEqual({
    a: { path: ['stringData', 'a'], text: 'text' },
    b: { path: ['data', 'b'], text: 'bytes' },
  });
  expect(Object.fromEntries(entriesIn({ a: 'text' }))).toEqual({ a: { path: ['a'], text: 'text' } });
});

it.each(['!', base64('abc').slice(0, -1), base64(Buffer.from([0xff]))])(
  'says that %j is no base64 of text',
  (value) => {
    expect(entriesOf({ data: { a: value } })).toMatchObject({ problems: [{ path: ['data', 'a'] }] });
  },
);

it.each([
  ['a: 0012', { a: '0012' }],
  ['{a: [x, 7]}', { a: ['x', '7'] }],
  ['a', undefined],
  ['[a]', undefined],
  ['', undefined],
  ['a: 1\na: 2', undefined],
  ['a: &x 1\nb: *x', undefined],
])('of %j every scalar is a text', (text, value) => expect(readMapping(text)).toEqual(value));
