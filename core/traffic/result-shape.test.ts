import { expect, it } from 'vitest';
import { NO_BOUND } from '../inspect/content/work.ts';
import { shapeOfError, shapeOfResult } from './result-shape.ts';

const shape = (result: unknown) => shapeOfResult(result, 100, NO_BOUND);

it('tells kinds of blocks and what was found, and nothing that was said', () => {
  const content = [{ type: 'text', text: 'mail ada@sallyport.dev' }, { type: 'text', text: 'x' }, { type: 'made-up' }];
  expect(shape({ content, isError: true })).toEqual({
    isError: true,
    blocks: ['other', 'text'],
    count: 3,
    bytes: 100,
    found: ['email'],
  });
});

it.each([
  [
    {
      contents: [
        { uri: 'a:b', text: 'x' },
        { uri: 'a:c', blob: 'eA==' },
      ],
    },
    ['resource', 'text'],
    2,
  ],
  [{ messages: [{ role: 'user', content: { type: 'text', text: 'x' } }] }, ['text'], 1],
  [{ tools: [] }, [], 0],
  [{ content: ['odd'] }, ['other'], 1],
])('of %j', (result, blocks, count) => expect(shape(result)).toEqual({ isError: false, blocks, count, bytes: 100 }));

it('says what was not looked at', () => {
  expect(shape(undefined).found).toEqual(['not-looked-at']);
  expect(shape({ content: [{ type: 'text', text: 'a '.repeat(20_000) }] }).found).toEqual(['not-looked-at']);
  expect(shape({ content: Array.from({ length: 300 }, () => ({ type: 'text', text: 'x' })) }).found).toEqual([
    'not-looked-at',
  ]);
});

it('of an error the code is told', () => {
  expect(shapeOfError(-32_602, 10)).toEqual({ isError: true, blocks: [], count: 0, bytes: 10, error: -32_602 });
  expect(shapeOfError('odd', 10).error).toBe(0);
});
