import { expect, it } from 'vitest';
import { NO_BOUND } from '../inspect/content/work.ts';
import { shapeOfText } from './text-shape.ts';

const shape = (text: string, name: string, more: { schema?: unknown; tool?: string; isFull?: boolean } = {}) =>
  shapeOfText(text, { name, schema: more.schema, tool: more.tool, isFull: more.isFull ?? false }, NO_BOUND);

it.each([
  ['hunter2-hunter2', 'password', { is: 'text', chars: 16, type: 'secret' }],
  ['Dear Ada', 'message', { is: 'text', chars: 8, type: 'text' }],
  ['Dear Ada', 'anything', { is: 'text', chars: 8 }],
  ['write ada@sallyport.dev', 'message', { is: 'text', chars: 32, type: 'text', found: ['email'] }],
  ['fast', 'mode', { is: 'value', value: 'fast' }],
  ['/data/x.txt', 'path', { is: 'path', under: '/data', parts: 1 }],
  ['/data/x.txt', 'source', { is: 'path', under: '/data', parts: 1 }],
  ['x = 1', 'source', { is: 'text', chars: 8, type: 'code' }],
  ['https://a.example/x', 'anything', { is: 'url', scheme: 'https', host: 'a.example' }],
  ['http://10.0.0.1/', 'url', { is: 'url', scheme: 'http', host: '10.0.0.1' }],
  ['; rm -rf ~', 'id', { is: 'text', chars: 16, type: 'identifier', found: ['identifier/separator'] }],
  ['git log', 'command', { is: 'shell', programs: ['git'], chars: 8 }],
])('%s as %s', (text, name, expected) => {
  const got = shape(text, name);
  // Which of its reasons the detector of identifiers gives is its own business.
  if ('found' in got && got.found?.some((one) => one.startsWith('identifier/')))
    expect(got).toMatchObject({ is: 'text', type: 'identifier' });
  else expect(got).toEqual(expected);
});

it('SQL is known by the tool', () => {
  expect(shape('SELECT a FROM b', 'query', { tool: 'postgres_query' })).toEqual({
    is: 'sql',
    kinds: ['select'],
    tables: ['b'],
    chars: 16,
  });
});

it('a value is kept where the recording names it, unless something was found in it', () => {
  expect(shape('Ada Lovelace', 'customer', { isFull: true })).toEqual({ is: 'value', value: 'Ada Lovelace' });
  expect(shape('ada@sallyport.dev', 'customer', { isFull: true })).toMatchObject({ is: 'text', found: ['email'] });
  expect(shape(['AKIA', 'QYLPMN5HHHFPZAM2'].join(''), 'mode', { isFull: true })).toMatchObject({ is: 'text' });
  expect(shape('hunter2-hunter2', 'password', { isFull: true })).toMatchObject({ is: 'text', type: 'secret' });
  expect(shape('y'.repeat(1025), 'customer', { isFull: true })).toMatchObject({ is: 'text' });
});

it('nothing but its length is told of a very long one', () => {
  expect(shape('a '.repeat(10_000), 'message')).toEqual({
    is: 'text',
    chars: 32_768,
    type: 'text',
    found: ['not-looked-at'],
  });
});
