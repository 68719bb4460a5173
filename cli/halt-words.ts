/** What both commands that halt are told. */
import { type Command, Option } from 'commander';

export function withHaltWords(command: Command): Command {
  return command
    .addOption(new Option('--reason <text>', 'why, for models, the log and the audit').makeOptionMandatory())
    .option('--tool <names...>', 'only these tools; * stands for any characters')
    .option('--principal <names...>', 'only what these principals do')
    .option('--group <names...>', 'only what principals of these groups do');
}
