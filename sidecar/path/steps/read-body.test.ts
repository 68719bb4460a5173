import { describe, expect, it } from 'vitest';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { readingCall } from '../../testing/calls.ts';
import { readBody } from './read-body.ts';

const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } };
const batches = policyOf({ ...ALLOW_ALL, limits: { batch: 3 } });

describe('a body', () => {
  it('is one message, of which its head is known to the end', () => {
    const read = readingCall(call);
    expect(readBody(read)).toBeUndefined();
    expect(read.reading.head).toEqual({ kind: 'request', id: 1, method: 'tools/call' });
    expect(read.content).toMatchObject({ message: { params: { name: 'a' } }, exact: true });
  });

  it('has no params in the head of what is no request', () => {
    const heads = [
      { method: 'notifications/x', params: { a: 1 } },
      { id: 2, result: {} },
    ].map((message) => {
      const read = readingCall({ jsonrpc: '2.0', ...message });
      return [readBody(read), read.reading.head];
    });
    expect(heads).toEqual([
      [undefined, { kind: 'notification', method: 'notifications/x' }],
      [undefined, { kind: 'response', id: 2 }],
    ]);
  });

  it.each([
    ['', 'body-missing'],
    ['{', 'not-json'],
    ['{"a":1,"a":2}', 'duplicate-key'],
    ['{"jsonrpc":"1.0"}', 'not-a-message'],
  ])('is refused: %s', (body, reason) => {
    const read = readingCall(body);
    expect(readBody(read)).toMatchObject({ reason });
    expect(read.reading.head).toBeUndefined();
  });

  it('that is none is refused', () => {
    expect(readBody(readingCall())).toMatchObject({ reason: 'body-missing' });
  });

  it('is said to be inexact where a number cannot be told from its neighbours', () => {
    const read = readingCall(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":9007199254740993}}}',
    );
    readBody(read);
    expect(read.content?.exact).toBe(false);
  });
});

describe('a list', () => {
  const list = (body: unknown, options: Parameters<typeof readingCall>[1] = { policy: batches }) => {
    const read = readingCall(body, options);
    return { reason: readBody(read)?.reason, batch: read.reading.batch?.map(String) };
  };

  it('is taken apart into its bytes', () => {
    expect(list([call, call])).toEqual({ reason: undefined, batch: [JSON.stringify(call), JSON.stringify(call)] });
  });

  it.each([
    ['with nothing in it', []],
    ['of more than the policy takes', [call, call, call, call]],
    [
      'of the modern era',
      [{ ...call, params: { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } } }],
    ],
  ])('is refused: %s', (_what, body) => {
    expect(list(body).reason).toBe('batch');
  });

  it('is refused where the policy takes none, and in another list', () => {
    expect(list([call], { policy: policyOf({ ...ALLOW_ALL, limits: { batch: 0 } }) }).reason).toBe('batch');
    expect(list([call], { policy: batches, list: { inspection: undefined, settled() {} } }).reason).toBe('batch');
  });

  it('with one message in it that cannot be read is a list all the same', () => {
    expect(list('[{"a":1,"a":2},{}]')).toEqual({ reason: undefined, batch: ['{"a":1,"a":2}', '{}'] });
  });
});
