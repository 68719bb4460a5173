import { type Command, parse, type Word } from 'unbash';
import { expect, test } from 'vitest';
import { expand, expandFields, type Scope } from './expand.ts';
import { NOTHING, printing, SOMETHING, UNKNOWN } from './values.ts';

const SCOPE: Scope = {
  constant: (name) => (name === 'a' ? 'x y' : undefined),
  origin: (name) => (name === 'f' ? { ...SOMETHING, fetched: true } : NOTHING),
  substitute: (script) => (script.commands.length > 0 ? printing('out\n') : NOTHING),
  look: () => undefined,
};

function wordOf(text: string): Word {
  const node = parse(`: ${text}`).commands[0]?.command as Command;
  return node.args[0] as Word;
}

test.each([
  [`r''m`, 'rm'],
  ['r\\m', 'rm'],
  [`$'\\x72m'`, 'rm'],
  ['"$a"', 'x y'],
  ['$HOME/x', '~/x'],
  ['${HOME:0:1}etc', '/etc'],
  ['who$@ami', 'whoami'],
  ['a$b', `a${UNKNOWN}`],
  ['${b:-d}', 'd'],
  ['${b:-$c}', UNKNOWN],
  ['${b:+d}', UNKNOWN],
  ['${!b}', UNKNOWN],
  ['$(x)', 'out'],
  ['"$(x)"', 'out'],
  ['$((1))', UNKNOWN],
])('%s is %j', (text, value) => expect(expand(wordOf(text), SCOPE).text).toBe(value));

test('outside of quotes, blanks and braces make several words', () => {
  expect(expandFields(wordOf('$a'), SCOPE).map(({ text }) => text)).toEqual(['x', 'y']);
  expect(expandFields(wordOf('"$a"'), SCOPE)).toHaveLength(1);
  expect(expandFields(wordOf('cat${IFS}/x'), SCOPE).map(({ text }) => text)).toEqual(['cat', '/x']);
  expect(expandFields(wordOf('{cat,/x}'), SCOPE).map(({ text }) => text)).toEqual(['cat', '/x']);
});

test('what a word comes from is what its substitutions come from', () => {
  const fetched: Scope = { ...SCOPE, substitute: () => ({ ...SOMETHING, fetched: true }) };
  expect(expand(wordOf('a"b$(x)"'), fetched).from.fetched).toBe(true);
  expect(['$f', '"$f"', '${f}'].every((word) => expand(wordOf(word), SCOPE).from.fetched)).toBe(true);
  expect(['a$f', '"b $f"', '${f:-x}', '$g'].some((word) => expand(wordOf(word), SCOPE).from.fetched)).toBe(false);
  expect(expand(wordOf('<(x)'), fetched)).toMatchObject({ isFile: true, from: { fetched: true } });
});
