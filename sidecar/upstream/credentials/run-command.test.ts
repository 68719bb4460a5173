import { expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

const ran = async (...command: string[]) =>
  new Promise<{ text?: string; problem?: string }>((done) => void runCommand(command, done));

it('gives what was printed', async () => {
  expect(await ran('printf', '%s', 'sk-live')).toEqual({ text: 'sk-live' });
});

it.each([
  ['is not there', ['no-such-program-here'], 'is not found; check its spelling and your PATH'],
  ['may not be executed', ['/etc/passwd'], 'may not be executed; make it executable with chmod +x'],
  [
    'fails',
    ['sh', '-c', 'echo sk-live-0123; echo sk-live-0123 >&2; exit 3'],
    'ended with status 3; run it once by hand',
  ],
  ['prints without end', ['sh', '-c', 'yes'], 'prints more than a key; let it print the key alone'],
])('says why there is nothing where it %s, and nothing of what it printed', async (_why, command, problem) => {
  expect(await ran(...command)).toEqual({ problem });
});
