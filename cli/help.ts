/** The end of every help text: one worked example. Where to read on stands in program.ts, once for all. */
import type { Command } from 'commander';

export function addExample(command: Command, example: string): Command {
  return command.addHelpText('after', `\nExample:\n  ${example}`);
}
