import { expect, test } from 'vitest';
import { findBareCommand, findDisguised } from './bare-commands.ts';

test.each([
  'ls -la',
  'cat /etc/hosts',
  'dir C:\\',
  'curl http://x',
  '/bin/sh',
  "python -c 'x'",
  "ruby -rsocket -e'x'",
  'ping 10.0.0.1',
  'sleep 5',
  'net user x',
  '" whoami',
  '!ls',
  '!cat',
  'if exist x y',
  'for %i in (a) do b',
  "alias a='b'",
  'ext::sh',
  'fd::17',
  'if "%1" == x y',
  'if not %ERRORLEVEL% geq 2 y',
  'time sh -c whoami',
  'sudo env cat /etc/passwd',
])('%s is a command', (text) => expect(findBareCommand(text)).toBeDefined());

test.each([
  'whoami',
  'ls',
  'Cat pictures',
  'vim | emacs',
  '!important',
  'cat pictures',
  'npm run build',
  'find my phone',
  'python -m pytest',
  'Net worth',
  'if only',
  'if a == b then c',
  'time travel',
  'nice cat pictures',
  '',
])('%j is none', (text) => expect(findBareCommand(text)).toBeUndefined());

test('a word is in disguise when it is a command only without its quotes', () => {
  expect(findDisguised('whoami', "w'h'oami")).toBe(true);
  expect(findDisguised('whoami', "'whoami'")).toBe(false);
  expect(findDisguised('rocknroll', "rock'n'roll")).toBe(false);
  expect(findDisguised('', "''")).toBe(false);
});
