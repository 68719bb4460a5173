import { expect, test } from 'vitest';
import type { Where } from './cluster.ts';
import { completionOf } from './complete.ts';
import { createPlugin } from './program.ts';

const names = ['ledger-transfer-1', 'ledger-transfer-2', 'files-write-1'];

function offered(line: string): { words: string[]; end: string; asked: Where[] } {
  const asked: Where[] = [];
  const text = completionOf(createPlugin(), line.split(' '), (where) => {
    asked.push(where);
    return names;
  });
  const lines = text.trimEnd().split('\n');
  return { words: lines.slice(0, -1).map((one) => one.split('\t')[0] ?? ''), end: lines.at(-1) ?? '', asked };
}

test.each([
  ['', ['approvals', 'halt', 'resume', 'help']],
  ['approvals ', ['list', 'show', 'watch', 'approve', 'deny', 'grant', 'help']],
  ['approvals sh', ['show']],
  ['approvals list --al', ['--all', '--all-namespaces']],
  ['approvals list -o ', ['text', 'wide', 'json', 'yaml', 'name']],
  ['approvals list -n ', []],
  ['approvals show ', names],
  ['approvals show ledger', names.slice(0, 2)],
  ['approvals show -n finance f', names.slice(2)],
  ['approvals show files-write-1 ', []],
  ['approvals list ', []],
])('offers what can stand behind %j', (line, words) => {
  expect(offered(line)).toMatchObject({ words, end: ':4' });
});

test('asks where the names are, with the options that were typed', () => {
  const line = 'approvals approve -n finance --context=c --kubeconfig /k --as ada --reason x ';
  expect(offered(line).asked).toEqual([{ namespace: 'finance', context: 'c', kubeconfig: '/k', as: 'ada' }]);
});

test('leaves files to the shell', () => {
  expect(offered('approvals list --kubeconfig ')).toMatchObject({ words: [], end: ':0' });
});

test('says what each is for', () => {
  expect(completionOf(createPlugin(), ['approvals', 'd'], () => [])).toBe('deny\tVote against one\n:4\n');
});
