import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineEnds } from './line-ends.ts';

/** The lines of a text, each without its end, and what is left behind the last. */
function split(text: string, from = 0): string[] {
  const bytes = Buffer.from(text);
  const ends = new LineEnds(bytes, from);
  const lines: string[] = [];
  let start = from;
  for (let end = ends.next(); end >= 0; end = ends.next()) {
    lines.push(bytes.toString('utf8', start, end));
    start = ends.behind;
  }
  return [...lines, bytes.toString('utf8', start)];
}

const cases: Record<string, [text: string, lines: string[]]> = {
  'LF ends a line': ['a\nb', ['a', 'b']],
  'CR ends a line': ['a\rb', ['a', 'b']],
  'CRLF ends one line': ['a\r\nb', ['a', 'b']],
  'LFCR ends two': ['a\n\rb', ['a', '', 'b']],
  'CR before CRLF ends two': ['a\r\r\nb', ['a', '', 'b']],
  'kinds may change': ['a\r\nb\nc\rd', ['a', 'b', 'c', 'd']],
  'an empty line is a line': ['\n\n', ['', '', '']],
  'a CR at the end of what is there ends a line': ['a\r', ['a', '']],
  'no end is no line': ['abc', ['abc']],
  'nothing has no line': ['', ['']],
};
for (const [name, [text, lines]] of Object.entries(cases)) {
  test(name, () => expect(split(text)).toEqual(lines));
}

test('what stands before the place to begin at is not looked at', () => {
  expect(split('a\nb\nc', 2)).toEqual(['b', 'c']);
});

test('splits as a regular expression does', () => {
  const text = fc.array(fc.constantFrom('a', '\n', '\r', '\r\n', 'bc'), { maxLength: 12 });
  fc.assert(
    fc.property(text, (pieces) => {
      expect(split(pieces.join(''))).toEqual(pieces.join('').split(/\r\n|\r|\n/));
    }),
  );
});
