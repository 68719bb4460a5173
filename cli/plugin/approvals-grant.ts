/** `kubectl sallyport approvals grant`: lets such calls through for a while, by one word of a person. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../errors.ts';
import { addExample } from '../help.ts';
import { withAccess } from './access-options.ts';
import { Cluster, type Where } from './cluster.ts';
import { grant, type GrantWords, renderGranted } from './grant.ts';

export function registerGrant(approvals: Command): void {
  const command = approvals
    .command('grant')
    .description('Let such calls through without asking, so many times, until then, where the rule allows it')
    .argument('<name>', 'name of the approval, as list prints it')
    .addOption(new Option('--for <duration>', 'how long it stands, such as 2h').makeOptionMandatory())
    .addOption(
      new Option('--uses <number>', 'how many calls it lets through').argParser(wholeNumber).makeOptionMandatory(),
    )
    .option('--any <arguments...>', 'arguments that may be anything; every other one stays as it is')
    .option('--max <argument=number...>', 'numbers that may be at most so much, such as amount=5000')
    .option('--name <name>', 'of the grant (default: that of the approval)')
    .option('--reason <text>', 'why, at most 1024 characters')
    .option('--digest <digest>', 'only if it is what `show` printed with this digest; nothing is asked then')
    .option('-y, --yes', 'ask nothing')
    .action(async (name: string, options: Where & GrantWords) => {
      const made = await grant(new Cluster(options), name, options, Date.now());
      if (made !== undefined) {
        process.stdout.write(renderGranted(made));
        return;
      }
      process.stderr.write('Nothing was granted.\n');
      process.exitCode = EXIT.failure;
    });
  addExample(
    withAccess(command),
    'kubectl sallyport approvals grant ledger-transfer-x7k2m -n finance --for 2h --uses 10 --max amount=5000',
  );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('Write a whole number of 1 or more.');
}
