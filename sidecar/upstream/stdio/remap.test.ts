import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remapAnswer, remapProgress, remapRequest, remapSubscription } from './remap.ts';
import { SUBSCRIPTION_ID } from './words.ts';

function request(text: string): { text: string; token: string | undefined } {
  const { body, token } = remapRequest(Buffer.from(text), 7);
  return { text: body.toString(), token };
}

describe('remapRequest', () => {
  it.each<[name: string, text: string, expected: string, token: string | undefined]>([
    ['a string', '{"id":"a","method":"m"}', '{"id":7,"method":"m"}', undefined],
    ['blanks', '\t{ "id" :\r\n 1 , "method":"m" } ', '\t{ "id" :\r\n 7 , "method":"m" } ', undefined],
    ['an escaped key', '{"\\u0069d":1}', '{"\\u0069d":7}', undefined],
    ['a quote in a key before', '{"a\\"id\\\\":1,"id":2}', '{"a\\"id\\\\":1,"id":7}', undefined],
    ['ids of other things', '{"params":{"id":1},"id":2}', '{"params":{"id":1},"id":7}', undefined],
    [
      'the progress token, and none that is an argument',
      '{"id":1,"params":{"arguments":{"_meta":{"progressToken":3}},"_meta":{"progressToken":"p","x":1}}}',
      '{"id":7,"params":{"arguments":{"_meta":{"progressToken":3}},"_meta":{"progressToken":7,"x":1}}}',
      '"p"',
    ],
    [
      'a token no double can hold',
      '{"params":{"_meta":{"progressToken":9007199254740993}},"id":1}',
      '{"params":{"_meta":{"progressToken":7}},"id":7}',
      '9007199254740993',
    ],
    [
      'numbers as they were written',
      '{"params":{"a":9223372036854775807,"b":1.0,"c":1E2,"d":-0},"id":1}',
      '{"params":{"a":9223372036854775807,"b":1.0,"c":1E2,"d":-0},"id":7}',
      undefined,
    ],
    ['params that are no object', '{"params":[{"_meta":1}],"id":1}', '{"params":[{"_meta":1}],"id":7}', undefined],
  ])('%s', (_name, text, expected, token) => {
    expect(request(text)).toEqual({ text: expected, token });
  });

  it('changes id and token of any message, and nothing else', () => {
    interface Made {
      id: unknown;
      readonly params: { readonly _meta: { progressToken: unknown } };
    }
    const id = fc.oneof(fc.string(), fc.integer());
    const message = fc.record({
      first: fc.jsonValue(),
      params: fc.record({ arguments: fc.jsonValue(), _meta: fc.record({ more: fc.jsonValue(), progressToken: id }) }),
      id,
      last: fc.dictionary(fc.string(), fc.jsonValue()),
    });
    fc.assert(
      fc.property(message, fc.nat(2), (made, indent) => {
        const text = JSON.stringify(made, null, indent);
        const expected = JSON.parse(text) as Made;
        const { progressToken } = expected.params._meta;
        expected.id = 7;
        expected.params._meta.progressToken = 7;
        const { body, token } = remapRequest(Buffer.from(text), 7);
        expect(JSON.parse(body.toString())).toEqual(expected);
        expect(token).toBe(JSON.stringify(progressToken));
      }),
    );
  });
});

describe('the way back', () => {
  it('gives an answer the id of its client', () => {
    const line = Buffer.from('{"result":{"id":7,"n":9223372036854775807},"jsonrpc":"2.0","id":7}');
    expect(remapAnswer(line, '"a"').toString()).toBe(
      '{"result":{"id":7,"n":9223372036854775807},"jsonrpc":"2.0","id":"a"}',
    );
  });

  it('gives the end of a subscription its name twice', () => {
    const line = Buffer.from(`{"id":7,"result":{"_meta":{"${SUBSCRIPTION_ID}":7}}}`);
    expect(remapAnswer(line, '"a"').toString()).toBe(`{"id":"a","result":{"_meta":{"${SUBSCRIPTION_ID}":"a"}}}`);
  });

  it('gives progress the token of its client, as it was written', () => {
    const line = Buffer.from('{"params":{"progress":7,"progressToken":7}}');
    expect(remapProgress(line, '9007199254740993').toString()).toBe(
      '{"params":{"progress":7,"progressToken":9007199254740993}}',
    );
  });

  it('gives a notification the subscription of its client', () => {
    const line = Buffer.from(`{"params":{"_meta":{"${SUBSCRIPTION_ID}":7},"uri":"x"}}`);
    expect(remapSubscription(line, '1').toString()).toBe(`{"params":{"_meta":{"${SUBSCRIPTION_ID}":1},"uri":"x"}}`);
  });
});
