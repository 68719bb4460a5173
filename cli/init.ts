/** `sallyport init`: writes a policy folder to start from. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeDirectory } from '../sidecar/files/make-directory.ts';
import { systemReason, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { starterFiles } from './starter.ts';

export function registerInit(program: Command): void {
  const command = program
    .command('init')
    .description('Write a policy folder to start from: a server and a commented policy')
    .argument('[folder]', 'where to; made if missing', './sallyport')
    .action((folder: string) => {
      writeStarter(folder);
      process.stdout.write(renderNext(folder));
    });
  addExample(command, 'sallyport init ./sallyport');
}

function writeStarter(folder: string): void {
  const files = Object.entries(starterFiles).map(([name, text]) => ({ path: join(folder, name), text }));
  // All or nothing: half a starter beside files of others would be a policy that nobody wrote.
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined)
    throw new UserError(`${taken.path} exists already`, 'name another folder, or move the file away');
  try {
    makeDirectory(folder, 0o777);
    for (const { path, text } of files) writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new UserError(`cannot write to ${folder}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}

function renderNext(folder: string): string {
  const path = /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", `'\\''`)}'`;
  const steps = [
    ['edit server.yaml', 'where your MCP server is'],
    [`sallyport token create me -f ${path}`, 'a token for your client, shown once'],
    [`sallyport lint ${path}`, 'check what you wrote'],
    [`sallyport up -f ${path}`, 'start the gate'],
    ['sallyport connect', 'what your client needs to find it'],
  ];
  const width = Math.max(...steps.map(([command = '']) => command.length));
  return `${Object.keys(starterFiles)
    .map((name) => `wrote ${join(folder, name)}`)
    .join('\n')}

Next:
${steps.map(([command = '', what = ''], at) => `  ${at + 1}. ${command.padEnd(width)}  ${what}`).join('\n')}
`;
}
