/** `sallyport pins`: what servers have said of their tools, what has changed in it, and what a person accepts of it. */
import { type Command, Option } from 'commander';
import { wholeDiff } from '../core/inspect/definitions/readable-diff.ts';
import { acceptClusterPin, readClusterPins } from './cluster-pins.ts';
import { EXIT, usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { addClusterOptions, type ClusterOptions } from './kubectl.ts';
import { acceptPin, type Pinned, readPins } from './pins-state.ts';
import { namePin, renderPins, renderPinsJson, renderPinsTools, renderPinsYaml } from './render-pins.ts';

interface ServerOptions extends ClusterOptions {
  server?: string;
  cluster?: boolean;
}

const OUTPUTS = { text: renderPins, json: renderPinsJson, yaml: renderPinsYaml, tools: renderPinsTools };

export function registerPins(program: Command): void {
  const pins = program.command('pins').description('List, compare and accept what servers say of their tools');
  addExample(pins, 'sallyport pins list');
  const list = pins
    .command('list')
    .description('List the definitions that gates of this machine have kept')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(Object.keys(OUTPUTS)).default('text'))
    .action(({ output, ...options }: ServerOptions & { output: keyof typeof OUTPUTS }) => {
      process.stdout.write(OUTPUTS[output](pinsOf(options)));
    });
  addWhere(list);
  addExample(list, 'sallyport pins list -o yaml');
  const diff = pins
    .command('diff')
    .description('Show what has changed in a definition; exit code 1 if something has')
    .argument('<name>', 'of the tool or prompt, the template, or "instructions"')
    .action((name: string, options: ServerOptions) => printDiff(name, options));
  addWhere(diff);
  addExample(diff, 'sallyport pins diff read_file');
  const accept = pins
    .command('accept')
    .description('Accept definitions as they are now')
    .argument('[names...]', 'as for diff')
    .option('--all', 'all that are listed and not accepted yet')
    .action((names: string[], options: ServerOptions & { all?: boolean }) => acceptPins(names, options));
  addWhere(accept);
  addExample(accept, 'sallyport pins accept read_file');
}

function addWhere(command: Command): void {
  command
    .addOption(new Option('--server <name>', 'only of this server, as namespace/name'))
    .addOption(new Option('--cluster', 'what the operator of a cluster keeps, by kubectl'));
  addClusterOptions(command, 'with --cluster: ');
}

function pinsOf({ server, cluster, ...where }: ServerOptions): Pinned[] {
  return cluster === true ? readClusterPins(where, server) : readPins(server);
}

function printDiff(name: string, options: ServerOptions): void {
  for (const pin of named(name, options)) {
    const { definition, before, of } = pin;
    if (definition === undefined) {
      process.stdout.write(`${namePin(pin)}, ${of.digest}: its text is not kept; ask the server for it\n`);
      process.exitCode = EXIT.failure;
      continue;
    }
    if (before === undefined) {
      process.stdout.write(`${namePin(pin)}, ${of.digest}: nothing is known that it could be compared with\n`);
      process.stdout.write(lines(wholeDiff(undefined, definition)));
      continue;
    }
    const changes = wholeDiff(before, definition);
    process.stdout.write(`${namePin(pin)}, ${of.digest}${changes.length === 0 ? ': nothing has changed' : ''}\n`);
    process.stdout.write(lines(changes));
    if (changes.length > 0) process.exitCode = EXIT.failure;
  }
}

function acceptPins(names: readonly string[], { all, ...options }: ServerOptions & { all?: boolean }): void {
  if ((all === true) === names.length > 0) throw usageError('nothing is named', 'give names, or --all');
  const chosen = all === true ? pinsOf(options) : names.flatMap((name) => named(name, options));
  const open = chosen.filter(({ state }) => state !== 'accepted');
  for (const pin of open) {
    if (options.cluster === true) acceptClusterPin(options, pin);
    else acceptPin(pin);
    process.stdout.write(`accepted: ${namePin(pin)}, ${pin.of.digest}\n`);
  }
  if (open.length === 0) process.stdout.write('nothing to accept\n');
}

function named(name: string, options: ServerOptions): Pinned[] {
  const wanted = name === 'instructions' ? '' : name;
  const found = pinsOf(options).filter(({ of }) => of.name === wanted);
  const [first, second] = found;
  if (first === undefined) throw new UserError(`no definition is kept of ${name}`, 'see: sallyport pins list');
  if (second !== undefined && second.server !== first.server)
    throw new UserError(`${name} is of several servers`, `choose one: --server ${first.server}`);
  return found;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `  ${line}\n`).join('');
}
