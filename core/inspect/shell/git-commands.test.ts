import { expect, test } from 'vitest';
import { commandsOfGit } from './git-commands.ts';
import { known, UNKNOWN } from './values.ts';

const commands = (line: string) => commandsOfGit(line.split(' ').map(known));

test.each([
  ['git -c core.sshCommand=id fetch', ['id']],
  ['git -C /x -c pager.log=a -c alias.x=!b log', ['a', 'b']],
  ['git clone -c core.fsmonitor=a x', ['a']],
  ['git config --global core.editor a', ['a']],
  ['git fetch --upload-pack a', ['a']],
  ['git push --receive-pack=a', ['a']],
  ['git clone -u a x', ['a']],
  ['git rebase -x a HEAD~1', ['a']],
  ['git grep -Oa x', ['a']],
  ['git bisect run a b', ['a b']],
  ['git submodule --quiet foreach a b', ['a b']],
  ['git clone ext::sh', ['sh']],
  ['git -c credential.helper=/x/y fetch', ['/x/y']],
  ['git -c core.hooksPath=/x commit', [UNKNOWN]],
  ['git clone --template=/x y', [UNKNOWN]],
])('%s runs %j', (line, found) => {
  expect(commands(line)).toEqual(found);
});

test.each([
  'git -c core.pager=cat -c user.name=x log',
  'git -c alias.st=status -c credential.helper=store st',
  'git config --get core.pager',
  'git commit -c HEAD -m core.pager',
  'git grep -O x',
  'git log -u --exec-path',
  'git',
])('%s runs nothing else', (line) => {
  expect(commands(line)).toEqual([]);
});
