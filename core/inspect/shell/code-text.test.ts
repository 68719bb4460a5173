import { expect, test } from 'vitest';
import { codeProblem, commandsIn } from './code-text.ts';

test.each([
  ['import socket,pty', 'reverse-shell'],
  ['exec(requests.get(u).text)', 'runs-download'],
  ['eval(atob(x))', 'runs-decoded'],
  ['import socket', undefined],
  ['requests.get(u)', undefined],
  ['base64.b64decode(x)', undefined],
])('%s: %s', (text, problem) => expect(codeProblem(text)).toBe(problem));

test('the constants that code gives a shell are found, and no more than 16', () => {
  expect(commandsIn(`os.system("a b"); exec('c'); run(x)`, 'python3')).toEqual(['a b', 'c']);
  expect(commandsIn('system("a");'.repeat(30), 'node')).toHaveLength(16);
});

test('a list begins with the program, whatever the call that runs it is named', () => {
  expect(commandsIn(`subprocess.run(["a", "b"]); os.execvp('c', x); os.execute("d")`, 'python')).toEqual([
    'a',
    'c',
    'd',
  ]);
});

test('Perl, Ruby and PHP need no parentheses, and run what is between ticks', () => {
  expect(commandsIn('exec "a"; `b`; %x(c); qx/d/', 'ruby')).toEqual(['a', 'b', 'c', 'd']);
  expect(commandsIn('f(`b`); exec "a"', 'node')).toEqual([]);
});
