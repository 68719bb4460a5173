import { expect, test } from 'vitest';
import { ShellPrograms } from './shell-programs.ts';

const PROGRAMS = new ShellPrograms(['git', 'npm', 'python3*', './gradlew', 'a.b']);

test.each(['git', '/usr/bin/git', '/bin/git', '\\git', 'python3', 'python3.11', './gradlew', 'cd', '[', 'echo'])(
  '%s may be started',
  (program) => expect(PROGRAMS.judge(program)).toBeUndefined(),
);
test.each(['gitk', 'rm', '/tmp/git', './git', 'python3/x', 'gradlew', 'aXb', 'eval', 'source', 'exec'])(
  '%s may not',
  (program) => expect(PROGRAMS.judge(program)).toBe('program'),
);

test('a name that only the shell knows is nobody', () => expect(PROGRAMS.judge('\ufffcgit')).toBe('unknown-program'));

test('variables that load something are known', () => {
  expect(PROGRAMS.isLoader('LD_PRELOAD')).toBe(true);
  expect(PROGRAMS.isLoader('GIT_SSH_COMMAND')).toBe(true);
  expect(PROGRAMS.isLoader('FOO')).toBe(false);
  expect(['GIT_AUTHOR_NAME', 'GIT_TERMINAL_PROMPT', 'GIT_SHA'].some((name) => PROGRAMS.isLoader(name))).toBe(false);
});

test('the first ten are named', () => {
  expect(PROGRAMS.named).toBe('git, npm, python3*, ./gradlew, a.b');
  expect(new ShellPrograms([]).named).toBe('none');
  expect(new ShellPrograms(Array.from('abcdefghijk')).named).toMatch(/j, …$/);
});
