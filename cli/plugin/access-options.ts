/** The options of kubectl itself that say which cluster, and as whom. */
import { type Command, Option } from 'commander';

export function withAccess(command: Command): Command {
  return command
    .addOption(new Option('-n, --namespace <name>', 'as for kubectl (default: that of the context)'))
    .addOption(new Option('--kubeconfig <file>', 'as for kubectl'))
    .addOption(new Option('--context <name>', 'as for kubectl'))
    .addOption(new Option('--as <user>', 'as for kubectl'))
    .addOption(new Option('--as-group <groups...>', 'as for kubectl'));
}
