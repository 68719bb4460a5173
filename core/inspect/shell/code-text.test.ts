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
  expect(commandsIn(`os.system("a b"); exec('c'); run(x)`)).toEqual(['a b', 'c']);
  expect(commandsIn('system("a");'.repeat(30))).toHaveLength(16);
});
