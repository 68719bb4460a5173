import { describe, expect, it } from 'vitest';
import { type Message, readMessage } from './message.ts';
import { Refusal } from './refusals.ts';

const base = { jsonrpc: '2.0', id: 1, method: 'tools/call' };
const read = (value: unknown): Message | Refusal => readMessage(value, Buffer.from(JSON.stringify(value)));

describe('readMessage', () => {
  it.each([
    [
      'a request',
      { ...base, params: { name: 'a' } },
      { kind: 'request', id: 1, method: 'tools/call', params: { name: 'a' } },
    ],
    ['a request without params', base, { kind: 'request', id: 1, method: 'tools/call', params: {} }],
    ['a string id', { ...base, id: '1' }, { kind: 'request', id: '1', method: 'tools/call', params: {} }],
    ['a notification', { jsonrpc: '2.0', method: 'n' }, { kind: 'notification', method: 'n', params: {} }],
    ['a result', { jsonrpc: '2.0', id: 0, result: {} }, { kind: 'response', id: 0, failed: false }],
    ['an error', { jsonrpc: '2.0', id: 0, error: { code: 1 } }, { kind: 'response', id: 0, failed: true }],
  ])('reads %s', (_name, value, message) => {
    expect(read(value)).toMatchObject(message);
  });

  it.each([
    ['sampling', '{"role":"assistant", "content":{"type":"text","text":"ok"},"model":"m"}'],
    ['elicitation', '{"action":"accept", "content":{"name":"Ada"}}'],
    ['roots', '{"roots":[ {"uri":"file:///home/ada/project"} ]}'],
  ])('keeps what a client answers to %s, as the bytes that go on', (_name, result) => {
    const bytes = Buffer.from(`{"jsonrpc":"2.0","id":"s1", "result": ${result}}`);
    const message = readMessage(JSON.parse(bytes.toString()), bytes);
    if (message instanceof Refusal || message.kind !== 'response') return expect.fail('it is a response');
    const view = message.view?.result ?? expect.fail('it has a result');
    expect(view.bytes).toBe(bytes);
    expect(Object.fromEntries(view.keys.map((key) => [key, view.value(key)]))).toEqual(JSON.parse(result));
    expect(message.view?.error).toBeUndefined();
  });

  it('keeps the error of a client that has nobody to ask', () => {
    const message = read({ jsonrpc: '2.0', id: 1, error: { code: -1, message: 'User rejected' } });
    if (message instanceof Refusal || message.kind !== 'response') return expect.fail('it is a response');
    expect(message.view?.error?.string('message')).toBe('User rejected');
    expect(message.view?.result).toBeUndefined();
  });

  it.each([
    ['a list, which is several', [base], 'not-a-message'],
    ['text', 'x', 'not-a-message'],
    ['null', null, 'not-a-message'],
    ['another JSON-RPC version', { ...base, jsonrpc: '1.0' }, 'not-a-message'],
    ['no JSON-RPC version', { id: 1, method: 'a' }, 'not-a-message'],
    ['a member of its own', { ...base, extra: 1 }, 'not-a-message'],
    ['an id of null', { ...base, id: null }, 'not-a-message'],
    ['an id with a fraction', { ...base, id: 1.5 }, 'not-a-message'],
    ['an id beyond what is exact', { ...base, id: 2 ** 53 }, 'not-a-message'],
    ['an empty method', { ...base, method: '' }, 'not-a-message'],
    ['a method that is no string', { ...base, method: 1 }, 'not-a-message'],
    ['params in a list', { ...base, params: [] }, 'not-a-message'],
    ['a method and a result', { ...base, result: {} }, 'not-a-message'],
    ['a result and an error', { jsonrpc: '2.0', id: 1, result: {}, error: {} }, 'not-a-message'],
    ['neither', { jsonrpc: '2.0', id: 1 }, 'not-a-message'],
    ['an answer without an id', { jsonrpc: '2.0', result: {} }, 'not-a-message'],
    ['METHOD', { jsonrpc: '2.0', id: 1, METHOD: 'a' }, 'misspelled-key'],
    ['Params', { ...base, Params: {} }, 'misspelled-key'],
    ['a long s in params', { ...base, 'param\u017f': {} }, 'misspelled-key'],
    ['a capital I with a dot in params', { ...base, params: { 'ur\u0130': 'x:y' } }, 'misspelled-key'],
    ['a small i without a dot in the envelope', { jsonrpc: '2.0', '\u0131d': 1, method: 'a' }, 'misspelled-key'],
    ['the dot of a lower-cased capital in params', { ...base, params: { 'uri\u0307': 'x:y' } }, 'misspelled-key'],
    ['a kelvin sign in params', { ...base, params: { 'tas\u212a': {} } }, 'misspelled-key'],
    ['NAME in params', { ...base, params: { NAME: 'a' } }, 'misspelled-key'],
    ['Arguments in params', { ...base, params: { name: 'a', Arguments: {} } }, 'misspelled-key'],
    ['_META in params', { ...base, params: { _META: {} } }, 'misspelled-key'],
  ])('refuses %s', (_name, value, reason) => {
    const refusal = read(value);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).reason).toBe(reason);
  });
});
