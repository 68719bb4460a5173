import { describe, expect, it } from 'vitest';
import { readMessage } from './message.ts';
import { Refusal } from './refusals.ts';

const base = { jsonrpc: '2.0', id: 1, method: 'tools/call' };

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
    expect(readMessage(value)).toEqual(message);
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
    const refusal = readMessage(value);
    expect(refusal).toBeInstanceOf(Refusal);
    expect((refusal as Refusal).reason).toBe(reason);
  });
});
