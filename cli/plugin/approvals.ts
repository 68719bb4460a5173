/** `kubectl sallyport approvals`: the requests of a cluster, read and decided on as the user that kubectl is. */
import { type Command, Option } from 'commander';
import type { ApprovalDecision } from '../../core/api/approval-request.ts';
import { earlierThan } from '../../core/approvals/alike.ts';
import { EXIT } from '../errors.ts';
import { addExample } from '../help.ts';
import { asList, renderApproval, renderJson, renderList, renderYaml } from '../render-approval.ts';
import { styleFor } from '../style.ts';
import { withAccess } from './access-options.ts';
import { registerWatch } from './approvals-watch.ts';
import { registerGrant } from './approvals-grant.ts';
import { Cluster, type Stored, type Where } from './cluster.ts';
import { decide, type DecideOptions, MAX_REASON } from './decide.ts';
import { tellOutcome } from './outcome.ts';

interface ListOptions extends Where {
  readonly all?: boolean;
  readonly output: 'text' | 'wide' | 'json' | 'yaml' | 'name';
}

interface ShowOptions extends Where {
  readonly output: 'text' | 'json' | 'yaml';
}

export function registerClusterApprovals(program: Command): void {
  const approvals = program
    .command('approvals')
    .description('List, show, approve and deny what waits for a person in a cluster');
  addExample(approvals, 'kubectl sallyport approvals list -A');
  const list = approvals
    .command('list')
    .description('List what waits, the most urgent first')
    .option('--all', 'also those that are settled')
    .addOption(new Option('-A, --all-namespaces', 'of all namespaces'))
    .addOption(output(['text', 'wide', 'json', 'yaml', 'name']))
    .action((options: ListOptions) => printList(options));
  addExample(withAccess(list), 'kubectl sallyport approvals list -n finance');
  const show = approvals
    .command('show')
    .description('Show everything about one: who, what, why it is held, every argument')
    .argument('<name>', 'name of the approval, as list prints it')
    .addOption(output(['text', 'json', 'yaml']))
    .action((name: string, options: ShowOptions) => printOne(name, options));
  addExample(withAccess(show), 'kubectl sallyport approvals show ledger-transfer-x7k2m -n finance');
  registerWatch(approvals);
  const approve = verb(approvals, 'approve', 'Approved', 'Vote for one, after a look at it')
    .option('--digest <digest>', 'only if it is what `show` printed with this digest; nothing is asked then')
    .option('-y, --yes', 'ask nothing');
  addExample(
    withAccess(approve),
    'kubectl sallyport approvals approve ledger-transfer-x7k2m -n finance --reason "invoice 4711"',
  );
  const deny = verb(approvals, 'deny', 'Denied', 'Vote against one; the agent reads the reason').option(
    '--digest <digest>',
    'only if it is what `show` printed with this digest',
  );
  addExample(
    withAccess(deny),
    'kubectl sallyport approvals deny ledger-transfer-x7k2m -n finance --reason "no invoice"',
  );
  registerGrant(approvals);
}

function verb(approvals: Command, name: string, decision: ApprovalDecision, description: string): Command {
  return approvals
    .command(name)
    .description(description)
    .argument('<name>', 'name of the approval, as list prints it')
    .option('--reason <text>', `why, at most ${MAX_REASON} characters`)
    .action(async (of: string, options: Where & DecideOptions) => vote(of, decision, options));
}

function output(formats: readonly string[]): Option {
  return new Option('-o, --output <format>', 'how to print').choices(formats).default('text');
}

function printList({ all = false, output: format, ...where }: ListOptions): void {
  const found = new Cluster(where).list(all);
  const approvals = found.sort((a, b) => (a.spec.expiresAt < b.spec.expiresAt ? -1 : 1));
  if (format === 'json') process.stdout.write(renderJson(asList(approvals)));
  else if (format === 'yaml') process.stdout.write(renderYaml(asList(approvals)));
  else if (format === 'name') {
    for (const { metadata } of approvals) process.stdout.write(`approvalrequest.sallyport.dev/${metadata.name}\n`);
  } else if (approvals.length === 0) process.stderr.write(all ? 'There is no request.\n' : 'Nothing waits.\n');
  else {
    const look = { wide: format === 'wide', namespaces: where.allNamespaces === true };
    process.stdout.write(renderList(approvals, Date.now(), { ...look, style: styleFor(process.stdout) }));
  }
}

function printOne(name: string, { output: format, ...where }: ShowOptions): void {
  const cluster = new Cluster(where);
  const request = cluster.get(name);
  if (format === 'json') process.stdout.write(renderJson(request));
  else if (format === 'yaml') process.stdout.write(renderYaml(request));
  else process.stdout.write(shownOn(process.stdout, cluster, request));
}

/** With what was decided on calls like it before, and by whom: what nobody reads any more is approved by habit. */
function shownOn(stream: NodeJS.WriteStream, cluster: Cluster, request: Stored): string {
  const kept = cluster.keptOf(request);
  const look = {
    style: styleFor(stream),
    ...(kept === undefined ? {} : { earlier: earlierThan(request, kept, cluster.whoAmI()?.username) }),
  };
  // Into a file or pipe nothing needs folding: no terminal there would do it in our place.
  return renderApproval(request, Date.now(), stream.columns ?? Number.MAX_SAFE_INTEGER, look);
}

async function vote(name: string, decision: ApprovalDecision, options: Where & DecideOptions): Promise<void> {
  const cluster = new Cluster(options);
  const voted = await decide(cluster, name, decision, options, (request) => shownOn(process.stderr, cluster, request));
  if (voted === undefined) {
    process.stderr.write('Nothing was decided.\n');
    process.exitCode = EXIT.failure;
    return;
  }
  process.stdout.write(await tellOutcome(cluster, voted, decision));
}
