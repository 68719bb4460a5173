import { expect, it } from 'vitest';
import { answerOf, askOf, messagesOf, requestOf } from './case-messages.ts';

const base = { name: 'a', expect: 'Allow' } as const;

it('calls what the case names', () => {
  expect(requestOf({ ...base, tool: 'b' })).toEqual({ method: 'tools/call', params: { name: 'b', arguments: {} } });
  expect(requestOf({ ...base, prompt: 'b' })).toEqual({ method: 'prompts/get', params: { name: 'b' } });
  expect(requestOf({ ...base, resource: 'x:/b' })).toEqual({ method: 'resources/read', params: { uri: 'x:/b' } });
  expect(requestOf({ ...base, lists: {} })).toBeUndefined();
});

it('gives texts the shape of what was called', () => {
  expect(answerOf({ ...base, tool: 'b', result: ['c', 'd'] })).toMatchObject({
    result: { content: [{ text: 'c' }, { text: 'd' }] },
  });
  expect(answerOf({ ...base, prompt: 'b', result: 'c' })).toMatchObject({ result: { messages: [{ role: 'user' }] } });
  expect(answerOf({ ...base, resource: 'x:/b', result: 'c' })).toMatchObject({
    result: { contents: [{ uri: 'x:/b' }] },
  });
  expect(answerOf({ ...base, tool: 'b', error: 'c' })).toEqual({ error: { code: -32000, message: 'c' } });
});

it('says what comes before the answer, and what is asked', () => {
  const messages = messagesOf({ ...base, tool: 'b', messages: [{ log: 1 }, { method: 'x/y' }] });
  expect(messages).toMatchObject([{ method: 'notifications/message', params: { data: 1 } }, { method: 'x/y' }]);
  expect(askOf({ ...base, url: 'https://a.example/' }, 'urlElicitation')).toMatchObject({
    method: 'elicitation/create',
    params: { mode: 'url', url: 'https://a.example/' },
  });
});
