import { expect, it } from 'vitest';
import { requestOf } from '../testing/calls.ts';
import { contentOfWaiting, newContent, newSending } from './stages.ts';

const body = Buffer.from('{}');

it('a call that waits keeps its text and its _meta, and no other params', () => {
  const message = requestOf('tools/call', { name: 'a', arguments: { b: 1 }, _meta: { progressToken: 1 } });
  expect(contentOfWaiting({ ...newContent(body), message, exact: false })).toEqual({
    ...{ body, exact: false },
    message: requestOf('tools/call', { _meta: { progressToken: 1 } }),
  });
  expect(contentOfWaiting({ ...newContent(body), message: requestOf('tools/call', { name: 'a' }) }).message).toEqual(
    requestOf('tools/call'),
  );
});

it('what is no request waits as it is', () => {
  const message = { kind: 'notification', method: 'notifications/x', params: { a: 1 } } as const;
  expect(contentOfWaiting({ ...newContent(body), message }).message).toBe(message);
});

it('what a client of the modern era can be asked stands in its request, and nowhere in the others', () => {
  const message = requestOf('tools/call', {
    _meta: { 'io.modelcontextprotocol/clientCapabilities': { sampling: {} } },
  });
  expect([...(newSending(1, 'modern', message).declares ?? [])]).toEqual(['sampling']);
  expect(newSending(1, 'legacy', message)).toEqual({ at: 1, declares: undefined });
  expect(newSending(1, 'modern', undefined).declares).toBeUndefined();
});
