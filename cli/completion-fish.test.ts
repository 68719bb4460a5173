import { expect, test } from 'vitest';
import type { CommandNode } from './command-tree.ts';
import { fishScript } from './completion-fish.ts';

const node = (fields: Partial<CommandNode>): CommandNode => ({
  path: [],
  description: '',
  subcommands: [],
  options: [],
  choices: [],
  takesArgument: false,
  ...fields,
});
const line = (start: string, ...nodes: CommandNode[]): string | undefined =>
  fishScript(nodes)
    .split('\n')
    .find((one) => one.startsWith(start));

test('a place is told by the words that lead to it', () => {
  const script = fishScript([node({}), node({ path: ['approvals'] }), node({ path: ['approvals', 'list'] })]);
  expect(script).toContain("case ' approvals'\n                set place 'approvals'");
  expect(script).toContain("case 'approvals list'\n                set place 'approvals list'");
  expect(script.match(/ case /g)).toHaveLength(2);
});

test('subcommands are offered with what they do, and no files', () => {
  const root = node({ subcommands: [{ name: 'up', description: 'Start' }] });
  expect(line('complete', root)).toBe("complete -c sallyport -n '__sallyport_at \\'\\'' -f -a 'up' -d 'Start'");
});

test('words that an argument can be are offered without files, since there are no others', () => {
  expect(line('complete', node({ path: ['completion'], choices: ['fish'] }))).toBe(
    "complete -c sallyport -n '__sallyport_at \\'completion\\'' -f -a 'fish'",
  );
});

test.each([
  ['a flag takes nothing', { takesValue: false, choices: [] }, "-s q -l quiet -d 'It'"],
  ['an option takes a value', { takesValue: true, choices: [] }, "-s q -l quiet -r -d 'It'"],
  ['an option takes one of some words', { takesValue: true, choices: ['a', 'b'] }, "-s q -l quiet -x -a 'a b' -d 'It'"],
])('%s', (_name, fields, words) => {
  const option = { flags: ['-q', '--quiet'], description: 'It', ...fields };
  expect(line('complete', node({ options: [option] }))).toContain(words);
});

test('quotes and backslashes stay text', () => {
  const root = node({ subcommands: [{ name: 'a', description: "it's \\ (rm)" }] });
  expect(line('complete', root)).toContain(String.raw`-d 'it\'s \\ (rm)'`);
});
