/** `kubectl sallyport halt` and `resume`: the kill switch of a cluster, in the name of whoever kubectl is logged in as. */
import type { Command } from 'commander';
import { visible } from '../../core/shown/terminal-text.ts';
import { UserError } from '../errors.ts';
import { haltName, haltPack, type HaltWords, labelsIn } from '../halt-pack.ts';
import { withHaltWords } from '../halt-words.ts';
import { addExample } from '../help.ts';
import { withAccess } from './access-options.ts';
import { Packs } from './packs.ts';
import type { Where } from './cluster.ts';

interface HaltOptions extends Where, HaltWords {
  readonly selector?: string;
  readonly name?: string;
}

export function registerClusterHalt(program: Command): void {
  const halt = program
    .command('halt')
    .description(
      'Stop the MCP servers of a namespace at once, or some of their tools, or what somebody does with them; in the namespace of the operator, those of all namespaces',
    )
    .option('-l, --selector <labels>', 'only servers with these labels, such as app=ledger-mcp')
    .option('--name <name>', 'of the PolicyPack that says so (default: halt and the labels)')
    .action((options: HaltOptions) => {
      const packs = new Packs(options);
      const labels = options.selector === undefined ? undefined : labelsIn(options.selector);
      const by = packs.whoAmI();
      if (by === undefined)
        throw new UserError(
          'the API server does not say who you are',
          'check --context; it has to be Kubernetes 1.28 or later',
        );
      const name = options.name ?? haltName(labels);
      const { namespace } = packs.create(haltPack(options, by, labels === undefined ? { name } : { name, labels }));
      process.stdout.write(
        `halted by ${visible(by)}: PolicyPack ${visible(`${namespace}/${name}`)}; to lift it: kubectl sallyport resume ${visible(name)} -n ${visible(namespace)}\n`,
      );
    });
  addExample(
    withAccess(withHaltWords(halt)),
    'kubectl sallyport halt -n finance -l app=ledger-mcp --reason "incident 4711"',
  );
  const resume = program
    .command('resume')
    .description('Lift what was halted: delete the PolicyPack that says so')
    .argument('<name>', 'name of the PolicyPack, as `kubectl get policypacks.sallyport.dev` prints it')
    .action((name: string, options: Where) => {
      new Packs(options).removeHalt(name);
      process.stdout.write(`lifted: ${visible(name)} is gone\n`);
    });
  addExample(withAccess(resume), 'kubectl sallyport resume halt-ledger-mcp -n finance');
}
