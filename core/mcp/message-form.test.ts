import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { answeredId, isStray, viewOf, whyNoMessage } from './message-form.ts';

function whyNo(text: string): string | undefined {
  const view = viewOf(Buffer.from(text));
  return view === undefined ? 'it is no JSON object' : whyNoMessage(view);
}

describe('what the official client takes for a message is one', () => {
  it.each([
    '{"jsonrpc":"2.0","id":1,"result":{}}',
    '{"result":{"content":[]},"jsonrpc":"2.0","id":"a"}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"x"}}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","data":null}}',
    '{"jsonrpc":"2.0","error":{"code":-32700,"message":"x"}}',
    '{"jsonrpc":"2.0","id":1,"method":"roots/list"}',
    '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}',
    '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}',
  ])('%s', (text) => {
    expect(whyNo(text)).toBeUndefined();
    expect(JSONRPCMessageSchema.safeParse(JSON.parse(text)).success).toBe(true);
  });
});

describe('what it passes over is none', () => {
  it.each([
    ['{"level":"info","id":1,"msg":"request"}', /no "jsonrpc"/],
    ['{"id":1,"result":{}}', /no "jsonrpc"/],
    ['{"jsonrpc":"1.0","id":1,"result":{}}', /no "jsonrpc"/],
    ['{"jsonrpc":2.0,"id":1,"result":{}}', /no "jsonrpc"/],
    ['{"jsonrpc":"2.0","id":1,"level":"info"}', /neither/],
    ['{"jsonrpc":"2.0","id":1}', /neither/],
    ['{"jsonrpc":"2.0","id":1,"result":null}', /"result" is no object/],
    ['{"jsonrpc":"2.0","id":1,"result":"started"}', /"result" is no object/],
    ['{"jsonrpc":"2.0","id":1,"result":[]}', /"result" is no object/],
    ['{"jsonrpc":"2.0","result":{}}', /"id"/],
    ['{"jsonrpc":"2.0","id":null,"result":{}}', /"id"/],
    ['{"jsonrpc":"2.0","id":{},"error":{"code":1,"message":"x"}}', /"id"/],
    ['{"jsonrpc":"2.0","id":1,"error":null}', /"error" is no object/],
    ['{"jsonrpc":"2.0","id":1,"error":"boom"}', /"error" is no object/],
    ['{"jsonrpc":"2.0","id":1,"error":{}}', /"code"/],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":"E1","message":"x"}}', /"code"/],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', /"message"/],
    ['{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":"x"}}', /both/],
    ['{"jsonrpc":"2.0","method":1}', /"method"/],
    ['[]', /no JSON object/],
    ['"x"', /no JSON object/],
    ['listening on 3000', /no JSON object/],
  ])('%s', (text, why) => {
    expect(whyNo(text)).toMatch(why);
    expect(answeredId(Buffer.from(text))).toBeUndefined();
    expect(JSONRPCMessageSchema.safeParse(jsonIn(text)).success).toBe(false);
  });
});

describe('the call that an answer was meant for which cannot be read in one way only', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"result":{},"result":{"a":1}}', 1],
    ['{"jsonrpc":"2.0","id":1,"id":"2","result":{}}', '2'],
    ['{"jsonrpc":"2.0","id":7,"result":{"a":1,"a":2}}', 7],
    ['{"jsonrpc":"2.0","id":7,"method":"x","result":{}}', undefined],
    ['{"level":"info","id":7,"id":7}', undefined],
    ['{"jsonrpc":"2.0","id":7,"result":{', undefined],
  ])('%s', (text, id) => {
    expect(answeredId(Buffer.from(text))).toBe(id);
  });
});

describe('an event is nothing to any client', () => {
  it.each([
    ['words', 'connected'],
    ['a line of a log', '{"level":"info","id":1}'],
    ['a line of a log in another style', '{"Id":1,"Message":"x"}'],
    ['a result that is no object', '{"jsonrpc":"2.0","id":1,"result":null}'],
  ])('%s', (_what, text) => {
    expect(isStray(Buffer.from(text))).toBe(true);
  });

  it.each([
    ['a message', '{"jsonrpc":"2.0","id":1,"result":{}}'],
    ['a member that some decoders know', '{"jsonrpc":"2.0","id":1,"METHOD":"sampling/createMessage"}'],
    ['half of a message', '{"jsonrpc":"2.0","id":1,"res'],
    ['a list', '[{"jsonrpc":"2.0"}]'],
    ['a message behind very many blanks', `${' '.repeat(100)}{"jsonrpc":"2.0","id":1,"result":{}}`],
  ])('but not %s', (_what, text) => {
    expect(isStray(Buffer.from(text))).toBe(false);
  });
});

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
