/** `sallyport halt` and `resume`: the kill switch of a policy folder. A gate that runs takes it with the next call. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { UserError } from './errors.ts';
import { haltPack, type HaltWords } from './halt-pack.ts';
import { addExample } from './help.ts';
import { withHaltWords } from './halt-words.ts';
import { writeWhole } from './write-whole.ts';

interface Folder {
  readonly folder: string;
}

const FOLDER = ['-f, --folder <folder>', 'policy folder', './sallyport'] as const;
const FILE = 'halt.yaml';

export function registerHalt(program: Command): void {
  const halt = program
    .command('halt')
    .description('Stop a server at once, or some of its tools, or what somebody does with it')
    .option(...FOLDER)
    .action((options: HaltWords & Folder) => {
      const file = fileIn(options.folder);
      if (existsSync(file)) throw new UserError(`${file} is there already`, 'run `sallyport resume`, or edit it');
      const pack = haltPack(options, userInfo().username, { name: 'halt' });
      writeWhole(file, `# Delete this file, or run \`sallyport resume\`, to go on.\n${stringify(pack)}`, 0o644);
      process.stdout.write(`halted: ${file} says what and why; \`sallyport resume\` takes it away\n`);
    });
  addExample(withHaltWords(halt), 'sallyport halt -f ./sallyport --reason "it sends mail nobody asked for"');
  const resume = program
    .command('resume')
    .description('Lift what `sallyport halt` has halted')
    .option(...FOLDER)
    .action(({ folder }: Folder) => {
      const file = fileIn(folder);
      if (!existsSync(file)) throw new UserError(`nothing is halted: ${file} is not there`, 'check -f');
      rmSync(file);
      process.stdout.write(`lifted: ${file} is gone\n`);
    });
  addExample(resume, 'sallyport resume -f ./sallyport');
}

function fileIn(folder: string): string {
  if (existsSync(folder) && statSync(folder).isDirectory()) return join(folder, FILE);
  throw new UserError(`${folder} is not a folder`, 'name the folder that `sallyport up -f` was given');
}
