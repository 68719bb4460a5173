/** `sallyport explain`: which rules and detectors look at a call, what they see, and why it ends as it does. */
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { formatProblem } from '../core/api/problem.ts';
import type { Target, TargetKind } from '../core/mcp/catalogue.ts';
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import { ANONYMOUS, type Principal } from '../core/policy/principal.ts';
import { Policy } from '../core/policy/policy.ts';
import { EXIT, systemReason, usageError, UserError } from './errors.ts';
import { explainCall } from './explain-call.ts';
import { addExample } from './help.ts';
import { loadFolder } from './load-folder.ts';
import { renderExplained } from './render-explained.ts';
import { visibleJson } from './terminal-text.ts';
import { readTools, type ListedTool } from './tool-list.ts';
import { parseJson } from '../core/mcp/parse-json.ts';

interface ExplainOptions {
  readonly folder: string;
  readonly server?: string;
  readonly tool?: string;
  readonly resource?: string;
  readonly prompt?: string;
  readonly method?: string;
  readonly arguments?: string;
  readonly as?: string;
  readonly group?: string[];
  readonly tools?: string;
  readonly output: 'text' | 'json';
}

const KINDS = ['tool', 'resource', 'prompt', 'method'] as const satisfies readonly TargetKind[];

export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('Say why a call is decided as it is: rules, checks, what each argument is taken for, what was found')
    .option('-f, --folder <path>', 'policy folder or file', 'sallyport')
    .option('--server <name>', 'which MCPServer of the folder, where it has several')
    .option('--tool <name>', 'the tool that is called')
    .option('--resource <uri>', 'or the resource that is read')
    .option('--prompt <name>', 'or the prompt that is asked for')
    .option('--method <name>', 'or the method, where no revision of MCP has it')
    .option('--arguments <json>', 'arguments of the tool; @FILE reads a file, - standard input (default: {})')
    .option('--as <name>', 'principal that calls (default: an anonymous caller)')
    .option('--group <name>', 'group of the principal; may be repeated', collect)
    .option('--tools <file>', "the server's answer to tools/list: its schemas say more of arguments than names do")
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((options: ExplainOptions) => {
      const explained = explainCall(
        loadPolicy(options),
        principalOf(options),
        targetOf(options),
        options.tools === undefined
          ? undefined
          : readTools(options.tools).find(({ name }: ListedTool) => name === options.tool),
      );
      const isJson = options.output === 'json';
      process.stdout.write(
        isJson ? `${visibleJson(JSON.stringify(explained, null, 2))}\n` : renderExplained(explained),
      );
      if (explained.effect === 'Deny') process.exitCode = EXIT.failure;
    });
  addExample(
    command,
    `sallyport explain --tool read_file --arguments '{"path": "/etc/passwd"}' --as ada --group readers`,
  );
  command.addHelpText('after', '\nExit code 0 when the call goes on or waits for a person, 1 when it is denied.');
}

function loadPolicy({ folder: path, server: serverName }: ExplainOptions): Policy {
  const loaded = attempt(path, () => loadFolder({ path, serverName, assumed: undefined }));
  if ('problems' in loaded) {
    throw new UserError(loaded.problems.map(formatProblem).join('\n'), 'mend the files, or see: sallyport lint');
  }
  return new Policy(loaded.compiled.bundle, loaded.compiled.revision);
}

function principalOf({ as: name, group = [] }: ExplainOptions): Principal {
  if (name !== undefined) return { kind: 'token', name, groups: group };
  if (group.length > 0) throw usageError('--group says nothing without --as', 'name the principal: --as ada');
  return ANONYMOUS;
}

function targetOf(options: ExplainOptions): Target {
  const named = KINDS.filter((kind) => options[kind] !== undefined);
  const [kind] = named;
  if (kind === undefined || named.length > 1) {
    throw usageError('a call is about one thing', 'give one of --tool, --resource, --prompt and --method');
  }
  if (options.arguments !== undefined && kind !== 'tool') {
    throw usageError('--arguments are those of a tool', 'give --tool as well, or leave them out');
  }
  return {
    kind,
    name: options[kind] ?? '',
    args: kind === 'tool' ? argumentsOf(options.arguments ?? '{}') : undefined,
  };
}

function argumentsOf(said: string): JsonObject {
  const text =
    said === '-' ? read(0, 'standard input') : said.startsWith('@') ? read(said.slice(1), said.slice(1)) : said;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw usageError(
      `--arguments is not JSON: ${(error as Error).message}`,
      `write for example --arguments '{"path": "/data"}'`,
    );
  }
  if (!isObject(value))
    throw usageError('--arguments is not an object', `write for example --arguments '{"path": "/data"}'`);
  return value;
}

function read(file: string | number, name: string): string {
  return attempt(name, () => readFileSync(file, 'utf8'));
}

function attempt<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path and its permissions');
  }
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
