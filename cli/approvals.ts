/** `sallyport approvals`: lists, shows and decides on held calls of the gates that run as this user. */
import { type Command, Option } from 'commander';
import type { ApprovalDecision } from '../core/api/approval-request.ts';
import { findSockets, Gates, noGate } from './approvals-client.ts';
import { EXIT, usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { runtimeDir } from './paths.ts';
import {
  asList,
  renderApproval,
  renderDecided,
  renderJson,
  renderList,
  renderYaml,
  settledWords,
  stateOf,
} from './render-approval.ts';
import { visible } from '../core/shown/terminal-text.ts';

interface GateOptions {
  socket?: string;
}

interface OutputOptions extends GateOptions {
  output: 'text' | 'json' | 'yaml';
}

/** What the gate keeps of a reason. */
const MAX_REASON = 500;

export function registerApprovals(program: Command): void {
  const approvals = program
    .command('approvals')
    .description('List, show, approve and deny calls that wait for a person');
  addExample(approvals, 'sallyport approvals list');
  const list = approvals
    .command('list')
    .description('List the calls that wait')
    .option('--all', 'also those that are settled')
    .addOption(output())
    .addOption(socket())
    .action(async (options: OutputOptions & { all?: boolean }) => printList(options));
  addExample(list, 'sallyport approvals list --all -o yaml');
  const show = approvals
    .command('show')
    .description('Show everything about one call: who, what, why it is held, every argument')
    .argument('<name>', 'name of the approval, as list prints it')
    .addOption(output())
    .addOption(socket())
    .action(async (name: string, options: OutputOptions) => printOne(name, options));
  addExample(show, 'sallyport approvals show files-write-file-x7k2mq');
  registerDecision(approvals, 'approve', 'Approved', 'Let one held call run, once');
  registerDecision(approvals, 'deny', 'Denied', 'Refuse a held call; the agent reads the reason');
}

function registerDecision(approvals: Command, verb: string, decision: ApprovalDecision, description: string): void {
  const command = approvals
    .command(verb)
    .description(description)
    .argument('<name>', 'name of the approval, as list prints it')
    .option('--reason <text>', `why, at most ${MAX_REASON} characters`)
    .addOption(socket())
    .action(async (name: string, options: GateOptions & { reason?: string }) => decide(name, decision, options));
  addExample(
    command,
    `sallyport approvals ${verb} files-write-file-x7k2mq --reason "${verb === 'deny' ? 'not this file' : 'ticket 4711'}"`,
  );
}

const output = (): Option =>
  new Option('-o, --output <format>', 'how to print').choices(['text', 'json', 'yaml']).default('text');
const socket = (): Option =>
  new Option('--socket <path>', 'only the gate with this socket (default: all that run as this user)');

function gates(options: GateOptions): Gates {
  return new Gates(options.socket === undefined ? findSockets(runtimeDir()) : [options.socket]);
}

async function printList({ all, output: format, ...options }: OutputOptions & { all?: boolean }): Promise<void> {
  const running = gates(options);
  const approvals = await running.list();
  if (approvals === undefined) throw noGate(running.faults);
  for (const fault of running.faults) process.stderr.write(`sallyport: ${fault}\n`);
  const shown = all === true ? approvals : approvals.filter((approval) => stateOf(approval) === 'Pending');
  if (format !== 'text')
    process.stdout.write(format === 'json' ? renderJson(asList(shown)) : renderYaml(asList(shown)));
  else if (shown.length > 0) process.stdout.write(renderList(shown, Date.now()));
  else process.stderr.write(all === true ? 'No call was held.\n' : 'No call waits for approval.\n');
}

async function printOne(name: string, { output: format, ...options }: OutputOptions): Promise<void> {
  const approval = await gates(options).get(name);
  if (approval === undefined) throw unknown(name);
  if (format === 'json') process.stdout.write(renderJson(approval));
  else if (format === 'yaml') process.stdout.write(renderYaml(approval));
  // Into a file or pipe nothing needs folding: no terminal there would do it in our place.
  else process.stdout.write(renderApproval(approval, Date.now(), process.stdout.columns ?? Number.MAX_SAFE_INTEGER));
}

async function decide(
  name: string,
  decision: ApprovalDecision,
  options: GateOptions & { reason?: string },
): Promise<void> {
  const { reason } = options;
  if (reason !== undefined && reason.length > MAX_REASON) {
    throw usageError(
      `--reason has ${reason.length} characters, at most ${MAX_REASON} are kept`,
      'say it in fewer words',
    );
  }
  const decided = await gates(options).decide(name, decision, reason);
  if (decided === undefined) throw unknown(name);
  if (decided.outcome === 'decided') {
    process.stdout.write(renderDecided(decided.approval));
    return;
  }
  const { approval, state } = decided;
  const words = approval === undefined ? state : visible(settledWords(approval));
  throw new UserError(`approval ${visible(name)} is settled already: ${words}`, 'nothing was changed', EXIT.failure);
}

function unknown(name: string): UserError {
  return new UserError(
    `approval ${visible(name)} is not known: it was mistyped, or its gate was restarted`,
    '`sallyport approvals list` shows those that wait',
  );
}
