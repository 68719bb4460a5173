import { describe, expect, it } from 'vitest';
import { messagesIn, readServerMessage } from './server-message.ts';

const read = (text: string): unknown => {
  const message = readServerMessage(Buffer.from(text));
  if (typeof message === 'string' || message.kind === 'request') return message;
  if (message.kind === 'notification') return { ...message, params: message.params && [...message.params.keys] };
  return {
    kind: message.kind,
    id: message.id,
    result: message.result && [...message.result.keys],
    failed: message.error !== undefined,
  };
};

describe('a message of a server', () => {
  it.each<[text: string, expected: object]>([
    [
      '{"result":{"tools":[]},"jsonrpc":"2.0","id":"a"}',
      { kind: 'response', id: 'a', result: ['tools'], failed: false },
    ],
    [
      '{"jsonrpc":"2.0","id":null,"error":{"code":1}}',
      { kind: 'response', id: undefined, result: undefined, failed: true },
    ],
    ['{"jsonrpc":"2.0","error":{"code":1}}', { kind: 'response', id: undefined, result: undefined, failed: true }],
    ['{"jsonrpc":"2.0","id":0,"method":"ping"}', { kind: 'request', id: 0, method: 'ping', params: {} }],
    [
      '{"jsonrpc":"2.0","method":"n","params":{"a":[1]},"extra":1}',
      { kind: 'notification', method: 'n', params: ['a'] },
    ],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ['no object', '[]'],
    ['another protocol', '{"id":1,"result":{}}'],
    ['another version of it', '{"jsonrpc":"1.0","id":1,"result":{}}'],
    ['neither request nor response', '{"jsonrpc":"2.0","id":1}'],
    ['both', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}'],
    ['a request with a result', '{"jsonrpc":"2.0","id":1,"method":"x","result":{}}'],
    ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":{}}'],
    ['a key of the envelope in another case', '{"jsonrpc":"2.0","id":1,"Result":{}}'],
    [
      'a key of the params in another case',
      '{"jsonrpc":"2.0","method":"elicitation/create","id":1,"params":{"Mode":"url"}}',
    ],
    [
      'a key of the params twice',
      '{"jsonrpc":"2.0","method":"elicitation/create","id":1,"params":{"mode":"url","mode":"form"}}',
    ],
    ['a key of the result in another case', '{"jsonrpc":"2.0","id":1,"result":{"ResultType":"input_required"}}'],
    ['a result without id', '{"jsonrpc":"2.0","result":{}}'],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"result":{}}'],
    ['a result that is no object', '{"jsonrpc":"2.0","id":1,"result":[]}'],
    ['params that are no object', '{"jsonrpc":"2.0","method":"x","params":[1]}'],
  ])('says what is wrong with %s', (_name, text) => {
    expect(read(text)).toBeTypeOf('string');
  });

  it('several in a list', () => {
    expect(messagesIn(Buffer.from(' [{"a":1}, {"b":2}]'))).toHaveLength(2);
    expect(messagesIn(Buffer.from('{"a":[1]}'))).toBeUndefined();
  });
});
