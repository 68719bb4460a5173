import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageLines } from './message-lines.ts';

const MAX = 100;
const LONG = 'x'.repeat(MAX);

/** What happens for a text that comes in pieces of these sizes, over and over. */
function happens(text: string, sizes: readonly number[] = [text.length]): unknown[] {
  const seen: unknown[] = [];
  const lines = new MessageLines(MAX, {
    onLine: (line) => seen.push(line.toString()),
    onOverlong: (message) => seen.push(message),
    onEndless: () => seen.push('endless'),
  });
  const bytes = Buffer.from(text);
  for (let i = 0, n = 0; i < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1;
    lines.push(bytes.subarray(i, i + size));
    i += size;
  }
  return seen;
}

describe('lines', () => {
  it.each([
    ['one after the other', 'a\nb\n', ['a', 'b']],
    ['with CRLF, and empty ones', 'a\r\n\n\r\nb\n', ['a', 'b']],
    ['without an end are none yet', 'a\nb', ['a']],
    ['of just the bound', `${LONG}\n`, [LONG]],
  ])('%s', (_what, text, expected) => {
    expect(happens(text)).toEqual(expected);
    expect(happens(text, [1])).toEqual(expected);
  });
});

describe('of a line beyond the bound it is known whose it is, and the next one is read', () => {
  it.each<[what: string, line: string, expected: object]>([
    ['an answer, its id in front', `{"jsonrpc":"2.0","id":7,"result":{"text":"${LONG}"}}`, { kind: 'answer', id: 7 }],
    [
      'an answer, its id at the end',
      `{"result":{"text":"${LONG}"},"jsonrpc":"2.0","id":"a\\u0062"}`,
      { kind: 'answer', id: 'ab' },
    ],
    ['an error', `{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"${LONG}"}}`, { kind: 'answer', id: 7 }],
    ['with blanks', ` { "result" : { "a" : [ "${LONG}" ] } , "id" : 7 } `, { kind: 'answer', id: 7 }],
    [
      'with ids inside that are not its own',
      `{"result":{"id":1,"a":[{"id":2}],"t":"${LONG}\\",\\"id\\":3"},"id":7}`,
      { kind: 'answer', id: 7 },
    ],
    ['whose last string ends with a backslash', `{"result":{"t":"${LONG}\\\\"},"id":7}`, { kind: 'answer', id: 7 }],
    ['whose key is escaped', `{"result":{"t":"${LONG}"},"\\u0069d":7}`, { kind: 'answer', id: 7 }],
    ['with a very long key', `{"${LONG.repeat(20)}":1,"result":{},"id":7}`, { kind: 'answer', id: 7 }],
    [
      'a request',
      `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${LONG}"}}`,
      { kind: 'request', id: 7, method: 'tools/call' },
    ],
    [
      'a notification',
      `{"jsonrpc":"2.0","method":"notifications/message","params":{"a":"${LONG}"}}`,
      { kind: 'other', method: 'notifications/message' },
    ],
    ['a result without an id', `{"result":{"t":"${LONG}"}}`, { kind: 'other' }],
    ['an id that is none', `{"result":{"t":"${LONG}"},"id":{"a":1}}`, { kind: 'other' }],
    ['an id that is very long', `{"result":{},"id":"${LONG.repeat(20)}"}`, { kind: 'other' }],
    ['two ids behind the result', `{"a":"${LONG}","id":7,"id":8,"result":1}`, { kind: 'other' }],
    ['a line of a log', `{"level":"info","id":7,"text":"${LONG}"}`, { kind: 'other' }],
  ])('%s', (_what, line, expected) => {
    for (const sizes of [[line.length + 5], [1], [7, 3]]) {
      expect(happens(`${line}\nnext\n`, sizes)).toEqual([expect.objectContaining(expected), 'next']);
    }
  });

  it('as soon as it can be', () => {
    expect(happens(`{"id":7,"result":{"text":"${LONG}`)).toEqual([{ kind: 'answer', id: 7 }]);
  });

  it('however it is cut', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('a"\\{}[],:é😀 ')) });
    fc.assert(
      fc.property(
        text,
        fc.oneof(fc.integer(), text),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (inside, id, isFirst, sizes) => {
          const result = { text: `${inside}${LONG}`, inside: [inside, { id: inside }] };
          const line = JSON.stringify(isFirst ? { id, result } : { result, id });
          expect(happens(`${line}\nnext\n`, sizes)).toEqual([{ kind: 'answer', id }, 'next']);
        },
      ),
    );
  });
});

describe('a line that nobody can wait for', () => {
  it.each([
    ['is no object', LONG + LONG],
    ['is a list', `[${LONG}`],
    ['does not end', `{"a":"${LONG.repeat(65)}`],
  ])('%s', (_what, text) => {
    expect(happens(`a\n${text}`)).toEqual(['a', 'endless']);
    expect(happens(`a\n${text}\nb\n`, [10])).toEqual(['a', 'endless']);
  });
});

describe('a line that is given up within its bound', () => {
  /** What happens, and the bytes that are held after each piece, when it is given up as soon as more than 50 are. */
  function givenUp(...pieces: string[]): { seen: unknown[]; held: number[] } {
    const seen: unknown[] = [];
    let sum = 0;
    const lines: MessageLines = new MessageLines(MAX, {
      onLine: (line) => seen.push(line.toString()),
      onOverlong: (message, isGivenUp) => seen.push({ ...message, isGivenUp }),
      onEndless: () => seen.push('endless'),
      onHeld: (bytes) => {
        sum += bytes;
        if (sum > 50) lines.giveUp();
      },
    });
    const held = pieces.map((piece) => {
      lines.push(Buffer.from(piece));
      expect(lines.heldBytes).toBe(sum);
      return sum;
    });
    return { seen, held };
  }

  const some = 'x'.repeat(45);

  it.each<[what: string, pieces: string[], expected: unknown[]]>([
    ['is known by its id', [`{"id":7,"result":{"t":"${some}`, '"}}\nnext\n'], [{ kind: 'answer', id: 7 }, 'next']],
    ['is known at its end', [`{"result":{"t":"${some}`, '"},"id":7}\nnext\n'], [{ kind: 'answer', id: 7 }, 'next']],
    ['and is no message, ends nothing', [`${some}${some}`, 'x\nnext\n'], [{ kind: 'other' }, 'next']],
  ])('%s', (_what, pieces, expected) => {
    const { seen, held } = givenUp(...pieces);
    expect(seen).toEqual([expect.objectContaining({ ...(expected[0] as object), isGivenUp: true }), 'next']);
    expect(held).toEqual([0, 0]);
  });

  it('says nothing of the next one', () => {
    const { seen } = givenUp(`{"id":7,"result":"${some}`, `"}\n{"id":8,"result":"${LONG}"}\n`);
    expect(seen).toEqual([
      { kind: 'answer', id: 7, isGivenUp: true },
      { kind: 'answer', id: 8, isGivenUp: false },
    ]);
  });
});
