/** `sallyport replay`: what another policy would have made of calls that were recorded. */
import { type Command, Option } from 'commander';
import { blindRules } from '../core/traffic/replay/blind-rules.ts';
import { Changes } from '../core/traffic/replay/changes.ts';
import { EXIT } from './errors.ts';
import { addExample } from './help.ts';
import { playLog } from './traffic/play-log.ts';
import { policyFor, type PolicyOptions } from './traffic/policy-for.ts';
import { Unread } from './traffic/read-log.ts';
import { renderChanges, renderChangesJson } from './traffic/render-changes.ts';

interface ReplayOptions extends PolicyOptions {
  readonly failOn: keyof typeof FAILS;
  readonly output: 'text' | 'json';
}

const FAILS = {
  any: ({ changed }: Changes) => changed > 0,
  stricter: ({ stricter }: Changes) => stricter > 0,
  looser: ({ looser }: Changes) => looser > 0,
  untold: ({ changed, untold }: Changes) => changed + untold > 0,
  never: () => false,
} as const;

export function registerReplay(program: Command): void {
  const command = withPolicy(
    program
      .command('replay')
      .description('Decide recorded calls again under another policy, and say what changes, for whom and by which rule')
      .argument('<log>', 'a traffic log: sallyport up --record FILE'),
  )
    .addOption(
      new Option('--fail-on <change>', 'what ends with exit code 1; untold: also what cannot be told')
        .choices(Object.keys(FAILS))
        .default('any'),
    )
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (file: string, options: ReplayOptions) => {
      const unread = new Unread(file);
      const changes = new Changes();
      const policy = await playLog(
        file,
        (server) => policyFor(options, server),
        unread,
        (call, replayed) => {
          if (replayed === undefined) return changes.pass();
          const { verdict, answer, answerRules, untold, args } = replayed;
          const { effect, rules } = verdict;
          changes.add({ call, effect, rules, answer, answerRules, untold, arguments: args });
        },
      );
      process.stderr.write(unread.words);
      const blind = blindRules(policy.bundle);
      process.stdout.write(
        options.output === 'json' ? renderChangesJson(changes, unread.count, blind) : renderChanges(changes, blind),
      );
      const isBlind = options.failOn === 'untold' && blind.length > 0;
      if (isBlind || FAILS[options.failOn](changes)) process.exitCode = EXIT.failure;
    });
  addExample(command, 'sallyport replay traffic.jsonl --policy ./sallyport');
  command.addHelpText(
    'after',
    '\nExit code 0 where nothing changes (see --fail-on), 1 where something does. A log has shapes of most values: what a rule asks beyond\nthose is said, and counts as no change.',
  );
}

/** Which policy, and of which server. */
export function withPolicy(command: Command): Command {
  return command
    .requiredOption('--policy <path>', 'policy folder or file, or a bundle.json')
    .option('--server <name>', 'which MCPServer of the folder, where it has several')
    .option('-l, --labels <labels>', 'labels of the server, for packs with targets, such as app=ledger');
}
