import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';
import { runCli } from './testing/run-cli.ts';

function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

describe('help', () => {
  const commands = all(createProgram());

  it.each(commands.map((command) => [command.name(), command] as const))('of %s has one example', (name, command) => {
    const text = helpOf(command);
    expect(text.match(/^Example:$/gm)).toHaveLength(1);
    expect(text.slice(text.indexOf('Example:'))).toMatch(new RegExp(`^ {2}.*sallyport.*${name}`, 'm'));
    expect(text).toMatch(/^More: docs\//m);
  });

  it('describes every command and option', () => {
    for (const command of commands) {
      expect(command.description(), command.name()).not.toBe('');
      for (const option of command.options) expect(option.description, option.flags).not.toBe('');
    }
  });
});

describe('sallyport', () => {
  it('tells version, commit and Node', async () => {
    const { code, stdout } = await runCli(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sallyport \S+ \(commit \S+, Node \d+\.\d+\.\d+\)\n$/);
  });

  it.each([
    ['an unknown command, with the nearest', ['lnt'], "unknown command 'lnt'\n(Did you mean lint?)"],
    [
      'an unknown option, with the nearest',
      ['lint', '--ouptut', 'x'],
      "unknown option '--ouptut'\n(Did you mean --output?)",
    ],
    ['a word that is no choice', ['lint', '--output', 'xml', 'x'], 'Allowed choices are text, json.'],
    ['a missing argument', ['approvals', 'show'], "missing required argument 'name'"],
    ['nothing at all', [], 'Usage: sallyport'],
    ['half a command', ['approvals'], 'Usage: sallyport approvals'],
  ])('ends with 2 for %s', async (_, args, words) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });

  it('is not upset by a reader that stops reading', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'completion', 'bash'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
