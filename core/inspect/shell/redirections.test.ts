import { type Command, parse } from 'unbash';
import { expect, test } from 'vitest';
import { redirectionsOf } from './redirections.ts';
import { NOTHING, SOMETHING } from './values.ts';

const SCOPE = {
  constant: () => undefined,
  origin: () => NOTHING,
  substitute: () => ({ ...SOMETHING, fetched: true }),
  look: () => undefined,
};

function of(text: string): ReturnType<typeof redirectionsOf> {
  const command = parse(text).commands[0]?.command as Command;
  return redirectionsOf(command.redirects, undefined, SCOPE);
}

test('files that are written, and how', () => {
  expect(of('x > a >> b 2>&1 &> c').written.map(({ path, appends }) => [path.text, appends])).toEqual([
    ['a', false],
    ['b', true],
    ['c', false],
  ]);
});

test('a file that is read is an input that nobody knows', () => {
  expect(of('x < a')).toMatchObject({ read: [{ text: 'a' }], input: { text: undefined } });
  expect(of('x <&3').read).toEqual([]);
  expect(of('x <> a')).toMatchObject({ read: [{ text: 'a' }], written: [{ path: { text: 'a' } }] });
});

test('a here-document and a here-string are known', () => {
  expect(of('x <<E\nhi\nE').input?.text).toBe('hi\n');
  expect(of('x <<< hi').input?.text).toBe('hi\n');
  expect(of('x <<< "$(y)"').input?.fetched).toBe(true);
  expect(of('x <<E\n$(y)\nE').input?.fetched).toBe(true);
  expect(of('x < <(y)').input?.fetched).toBe(true);
});
