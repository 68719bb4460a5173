import { describe, expect, test } from 'vitest';
import { type Overlong, OverlongMessage } from './overlong-message.ts';

/** Read in pieces of every size, which must all come to the same. */
function read(text: string): Overlong {
  const bytes = Buffer.from(text);
  const results = [1, 2, 3, 7, bytes.length].map((size) => {
    const message = new OverlongMessage();
    for (let at = 0; at < bytes.length; at += size) message.push(bytes.subarray(at, at + size));
    return message.end();
  });
  for (const result of results) expect(result).toEqual(results[0]);
  return results[0] as Overlong;
}

const long = 'x'.repeat(2_000);

describe('whose it is', () => {
  const cases: Record<string, [text: string, whose: Overlong]> = {
    'an answer with its id first': [`{"id":7,"result":{"a":"${long}"}}`, { kind: 'answer', id: 7 }],
    'an answer with its id last': [`{"result":{"a":"${long}"},"id":"a-1"}`, { kind: 'answer', id: 'a-1' }],
    'an answer that failed': [`{"error":{"message":"${long}"},"id":7}`, { kind: 'answer', id: 7 }],
    'an id that is zero': ['{"id":0,"result":{}}', { kind: 'answer', id: 0 }],
    'an id written with escapes': ['{"\\u0069d":"\\u0061","result":{}}', { kind: 'answer', id: 'a' }],
    'a request': [
      `{"id":1,"method":"tools/call","params":"${long}"}`,
      { kind: 'request', id: 1, method: 'tools/call' },
    ],
    'a notification': ['{"method":"a","params":{}}', { kind: 'other', method: 'a' }],
    'a request whose id is none': ['{"id":[1],"method":"a"}', { kind: 'other', method: 'a' }],
    'an id inside of the result is not its own': ['{"result":{"id":9},"id":1}', { kind: 'answer', id: 1 }],
    'an id inside of a string is none': ['{"result":"\\",\\"id\\":9","id":1}', { kind: 'answer', id: 1 }],
    'brackets in a string are none': ['{"result":"}]{[","id":1}', { kind: 'answer', id: 1 }],
    'a string that ends in a backslash': ['{"result":"a\\\\","id":1}', { kind: 'answer', id: 1 }],
    'an id that is there twice': ['{"id":1,"result":{},"id":2}', { kind: 'other', method: undefined }],
    'an id that is longer than any': [`{"id":"${long}","result":{}}`, { kind: 'other', method: undefined }],
    'an id that is null': ['{"id":null,"result":{}}', { kind: 'other', method: undefined }],
    'a method beside a result': ['{"id":1,"result":{},"method":"a"}', { kind: 'request', id: 1, method: 'a' }],
    'a method that is no text': ['{"id":1,"method":2}', { kind: 'other', method: undefined }],
    'blanks everywhere': [' { "id" : 1 , "result" : { } } ', { kind: 'answer', id: 1 }],
    'a line that breaks off': ['{"id":1,"resul', { kind: 'other', method: undefined }],
    nothing: ['', { kind: 'other', method: undefined }],
  };
  for (const [name, [text, whose]] of Object.entries(cases)) {
    test(name, () => expect(read(text)).toEqual(whose));
  }
});

describe('before it ends', () => {
  test('an answer is known as soon as its id and its result have begun', () => {
    const message = new OverlongMessage();
    message.push(Buffer.from('{"id":1,'));
    expect(message.known).toBeUndefined();
    message.push(Buffer.from('"result":{"a":"xx'));
    expect(message.known).toEqual({ kind: 'answer', id: 1 });
  });

  test('what has a method is no answer', () => {
    const message = new OverlongMessage();
    message.push(Buffer.from('{"id":1,"method":"a","result":{'));
    expect(message.known).toBeUndefined();
  });

  test.each([
    ['a list', '[1', false],
    ['a word', 'Listening on port 1', false],
    ['a text', '"{', false],
    ['a bracket that closes', '}{"id":1,"result":', false],
    ['blanks', ' \t', true],
    ['an object', ' {"a', true],
  ])('%s may be a message, or not', (_name, text, may) => {
    const message = new OverlongMessage();
    message.push(Buffer.from(text));
    expect(message.mayBeMessage).toBe(may);
  });
});

test('a message of one long string is passed over fast', () => {
  const message = new OverlongMessage();
  const chunk = Buffer.from('\\"x'.repeat(20_000));
  const start = performance.now();
  message.push(Buffer.from('{"result":"'));
  for (let i = 0; i < 100; i++) message.push(chunk);
  message.push(Buffer.from('","id":3}'));
  expect(message.end()).toEqual({ kind: 'answer', id: 3 });
  expect(performance.now() - start).toBeLessThan(2_000);
});
