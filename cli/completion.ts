/** `sallyport completion`: prints a script that lets a shell complete the command line. */
import { Argument, type Command } from 'commander';
import { type CommandNode, commandTree } from './command-tree.ts';
import { bashScript } from './completion-bash.ts';
import { fishScript } from './completion-fish.ts';
import { zshScript } from './completion-zsh.ts';
import { addExample } from './help.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (nodes: readonly CommandNode[]) => string
>;

type Shell = keyof typeof SCRIPTS;

export function registerCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('Print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .action((shell: Shell) => {
      process.stdout.write(SCRIPTS[shell](commandTree(program)));
    });
  addExample(command, 'source <(sallyport completion bash)');
}
