import { expect, test } from 'vitest';
import { known } from './values.ts';
import { calledName, codeArgument, isInterpreter, isShell, splitString, unwrap } from './wrappers.ts';

function inner(line: string): string[] {
  const argv = line.split(' ').map(known);
  return unwrap(argv[0]?.text ?? '', argv).map((command) => command.map(({ text }) => text).join(' '));
}

test.each([
  ['sudo -u root -E ls -a', ['ls -a']],
  ['sudo -uroot -- ls', ['ls']],
  ['sudo A=1 ls', ['ls']],
  ['env -i A=1 B=2 ls', ['ls']],
  ['timeout -s KILL 5 ls', ['ls']],
  ['timeout --signal KILL -- 5 ls', ['ls']],
  ['xargs -I {} -n1 rm {}', ['rm {}']],
  ['find . -name x -exec a {} ; -exec b {} +', ['a {}', 'b {}']],
  ['fd -x a', ['a']],
  ['command ls', ['ls']],
  ['command -v ls', []],
  ['sudo -i', []],
  ['ls -a', []],
  ['find . -name x', []],
])('%s', (line, expected) => expect(inner(line)).toEqual(expected));

test.each([
  ['sh|-c|ls', 'ls'],
  ['bash|-lc|ls', 'ls'],
  ['su|-|root|-c|ls', 'ls'],
  ['eval|a|b', 'a b'],
  ['eval|--|a', 'a'],
  ['trap|ls|EXIT', 'ls'],
  ['trap|-|EXIT', 'EXIT'],
  ['trap|-l', undefined],
  ['watch|-n|1|ls|-a', 'ls -a'],
  ['ssh|-p|22|host|ls', 'ls'],
  ['ssh|host', undefined],
  ['sh|script.sh', undefined],
  ['grep|-c|x', undefined],
])('code of %s', (line, code) => {
  const argv = line.split('|').map(known);
  expect(codeArgument(argv[0]?.text ?? '', argv)?.text).toBe(code);
});

test.each([
  ['env|-S|ls -a', 'ls -a'],
  ['env|-Sls', 'ls'],
  ['env|--split-string=ls', 'ls'],
  ['env|ls', undefined],
  ['ls|-S|x', undefined],
])('the command line in one word of %s', (line, split) => {
  const argv = line.split('|').map(known);
  expect(splitString(argv[0]?.text ?? '', argv)).toBe(split);
});

test('shells are interpreters, of any version and in any folder', () => {
  expect(isShell('bash')).toBe(true);
  expect(isShell('python3')).toBe(false);
  expect(isInterpreter('python3.11')).toBe(true);
  expect(isInterpreter('cat')).toBe(false);
  expect(calledName('\\ls')).toBe('ls');
  expect(calledName('/usr/bin/ls')).toBe('ls');
});
