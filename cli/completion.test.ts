import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTree } from './command-tree.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { zshScript } from './completion-zsh.ts';
import { createProgram } from './program.ts';
import { folderWith } from './testing/run-cli.ts';

const tree = commandTree(createProgram());

describe('bash', () => {
  const file = (): string => join(folderWith({ 'completion.bash': bashScript(tree) }), 'completion.bash');

  /** What a real bash offers with the cursor at the end of the line. */
  function offered(line: string): string[] {
    const words = line.split(' ');
    const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync('bash', ['--noprofile', '--norc', '-u', '-c', script, 'bash', file(), ...words], {
      encoding: 'utf8',
    });
    return output.split('\n').filter((word) => word !== '');
  }

  it.each([
    [
      'sallyport ',
      [
        'init',
        'lint',
        'test',
        'explain',
        'eval',
        'compile',
        'up',
        'wrap',
        'token',
        'connect',
        'approvals',
        'halt',
        'resume',
        'pins',
        'audit',
        'usage',
        'risk',
        'suggest',
        'replay',
        'coverage',
        'completion',
        'help',
      ],
    ],
    ['sallyport a', ['approvals', 'audit']],
    ['sallyport approvals ', ['list', 'show', 'approve', 'deny', 'help']],
    ['sallyport approvals ap', ['approve']],
    ['sallyport approvals list --', ['--all', '--output', '--socket', '--help']],
    ['sallyport approvals list -o ', ['text', 'json', 'yaml']],
    ['sallyport approvals list --all --output j', ['json']],
    ['sallyport audit verify --output ', ['text', 'json']],
    ['sallyport lint --output t', ['text']],
    ['sallyport connect --client c', ['claude-code', 'claude-desktop', 'cursor']],
    ['sallyport completion ', ['bash', 'zsh', 'fish']],
    ['sallyport --', ['--version', '--help']],
  ])('completes %j', (line, words) => {
    expect(offered(line)).toEqual(words);
  });

  it.each([
    ['a file to lint', 'sallyport lint '],
    ['a folder after an option', 'sallyport token create x --folder '],
    ['the command after --', 'sallyport up -- np'],
    ['options of the command after --', 'sallyport wrap -f x -- npx --'],
    ['a word that fits nothing', 'sallyport zzz'],
  ])('leaves %s to bash', (_, line) => {
    expect(offered(line)).toEqual([]);
  });
});

describe.each([
  ['bash', bashScript],
  ['zsh', zshScript],
  ['fish', fishScript],
])('the script for %s', (_, script) => {
  const text = script(tree);

  it('knows every command and option of the program', () => {
    for (const { path, options } of tree) {
      for (const word of path) expect(text).toContain(word);
      for (const { flags } of options) for (const flag of flags) expect(text).toContain(flag.replace(/^--?/, ''));
    }
  });

  it('knows the words that an option takes', () => {
    for (const word of ['claude-desktop', 'yaml', 'json']) expect(text).toContain(word);
  });
});

it('zsh gets a function that serves when sourced and when autoloaded', () => {
  const text = zshScript(tree);
  expect(text.startsWith('#compdef sallyport\n')).toBe(true);
  expect(text).toContain('compdef _sallyport sallyport');
  expect(text).toContain("'approvals:List, show, approve and deny calls that wait for a person'");
});

it('fish gets one line for each candidate, bound to its place', () => {
  const text = fishScript(tree);
  expect(text).toContain(
    `complete -c sallyport -n '__sallyport_at \\'approvals\\'' -f -a 'deny' -d 'Refuse a held call'`,
  );
  expect(text).toContain(
    `complete -c sallyport -n '__sallyport_at \\'approvals list\\'' -s o -l output -x -a 'text json yaml' -d 'how to print'`,
  );
});

it('descriptions cannot end a quote of any shell', () => {
  for (const { subcommands, options } of tree) {
    for (const { description } of [...subcommands, ...options]) expect(description).not.toMatch(/['"\\$`]/);
  }
});
