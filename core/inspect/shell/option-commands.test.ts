import { expect, test } from 'vitest';
import { commandsByOption } from './option-commands.ts';
import { known } from './values.ts';

const commands = (...words: string[]) => commandsByOption(words[0] as string, words.map(known));

test.each([
  [['tar', 'xf', 'a', '--to-command=id'], ['id']],
  [['tar', 'xf', 'a', '--to-command', 'id'], ['id']],
  [['tar', 'cf', 'a', '--checkpoint-action=exec=id'], ['id']],
  [['ssh', '-oProxyCommand=id', 'x'], ['id']],
  [['scp', '-o', 'ProxyCommand id', 'a', 'b'], ['id']],
  [['rsync', '-e', 'sh -c id', 'a', 'b'], ['sh -c id']],
  [['awk', 'BEGIN{print 1 | "id"}'], ['id']],
  [['gawk', '"id" | getline'], ['id']],
  [['go', 'test', '-exec=id'], ['id']],
  [['go', 'test', '-exec', 'id'], ['id']],
  [['apt-get', '-oDPkg::Pre-Invoke::=id', 'update'], ['id']],
  [['psql', '-c', '\\! id'], ['id']],
  [['vim', '-c', ':!id'], ['id']],
  [['make', 'SHELL=/x'], ['/x']],
  [['nc', '-e', '/bin/x', 'y'], ['/bin/x']],
  [['env', 'PAGER=id', 'git'], ['id']],
  [['git', '-c', 'core.editor=id', 'x'], ['id']],
  [['sed', '1e id'], ['id']],
])('%j runs %j', (words, found) => {
  expect(commands(...words)).toEqual(found);
});

test.each([
  [['tar', '-I', 'zstd -19', '-cf', 'a', 'b']],
  [['tar', 'xf', 'a', '--checkpoint-action=dot']],
  [['ssh', '-o', 'StrictHostKeyChecking=no', '-o', 'ProxyCommand=none', 'x']],
  [['rsync', '-ae', 'ssh', '-e', 'ssh -p 22', 'a', 'b:']],
  [['awk', '{print $1 "|" $2}']],
  [['go', 'test', '-execution']],
  [['man', '-P', 'cat', 'ls']],
  [['cargo', '--config', 'net.offline=true', 'build']],
  [['echo', '--to-command=id']],
])('%j runs nothing else', (words) => {
  expect(commands(...words)).toEqual([]);
});
