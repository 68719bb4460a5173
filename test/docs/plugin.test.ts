/** docs/kubectl-sallyport.md says what the plugin can do, and all pages type it rightly. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createPlugin } from '../../cli/plugin/program.ts';
import { faultOf, pluginCallsIn } from './command-line.ts';
import { allPages, blocksOf, codeIn, headingsOf, proseOf, readPage, tablesWith } from './pages.ts';

const program = createPlugin();
const page = readPage('docs/kubectl-sallyport.md');

const leaves = (command: Command, path: string): [string, Command][] =>
  command.commands.length === 0
    ? [[path, command]]
    : command.commands.flatMap((sub) => leaves(sub, `${path} ${sub.name()}`));
const commands = leaves(program, 'kubectl sallyport');

it('has a section for every command, and for no other', () => {
  const named = headingsOf(page).filter((heading) => heading.startsWith('kubectl sallyport '));
  expect(named).toEqual(commands.map(([name]) => name));
});

describe.each(commands)('%s', (name, command) => {
  const [, section = ''] = page.text.split(`\n## ${name}\n`);
  const text = section.split('\n## ')[0] ?? '';

  it('has its options and defaults', () => {
    const rows = tablesWith({ path: page.path, text }, 'Option', 'Default').flatMap((table) => table.rows);
    const standard = (value: unknown): string => (typeof value === 'string' ? `\`${value}\`` : '');
    expect(rows.map((row) => row.slice(0, 2))).toEqual(
      command.options.map((option) => [
        `\`${option.flags}\``,
        option.mandatory ? 'required' : standard(option.defaultValue),
      ]),
    );
    for (const option of command.options) {
      for (const choice of option.argChoices ?? []) expect(text).toContain(`\`${choice}\``);
    }
  });

  it('has an example', () => expect(blocksOf({ path: page.path, text }, 'sh')[0]?.text).toContain(name));

  it('teaches by one in its help', () => {
    let help = '';
    command.configureOutput({ writeOut: (part) => (help += part) }).outputHelp();
    expect(help).toMatch(new RegExp(`^Example:\\n {2}${name} `, 'm'));
  });
});

describe.each(allPages)('$path', (any) => {
  it('types only what there is', () => {
    const inBlocks = blocksOf(any, 'sh').flatMap(({ text }) => text.split('\n').flatMap(pluginCallsIn));
    const inProse = codeIn(proseOf(any)).flatMap((code) => pluginCallsIn(code.replaceAll(/\s*…/g, '')));
    const faults = [
      ...inBlocks.map((words) => faultOf(program, words, true)),
      ...inProse.map((words) => faultOf(program, words, false)),
    ];
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });
});
