/** `sallyport explain`: which rules and detectors look at a call and its answer, what they see, and why it ends as it does. */
import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { formatProblem } from '../core/api/problem.ts';
import type { Target, TargetKind } from '../core/mcp/catalogue.ts';
import { isObject, type JsonObject } from '../core/mcp/message.ts';
import { LEGACY_VERSIONS } from '../core/mcp/revisions/index.ts';
import type { Policy } from '../core/policy/policy.ts';
import { EXIT, systemReason, usageError, UserError } from './errors.ts';
import { explainCall, type Question } from './explain-call.ts';
import { addExample } from './help.ts';
import { loadPolicy } from './load-policy.ts';
import { renderExplained } from './render-explained.ts';
import { visibleJson } from '../core/shown/terminal-text.ts';
import type { PolicyCase } from './policy-tests/case-schema.ts';
import { readDefinitions } from './tool-list.ts';
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
  readonly issuer?: string;
  readonly scope?: string[];
  readonly tools?: string;
  readonly now?: string;
  readonly protocol?: string;
  readonly result?: string;
  readonly error?: string;
  readonly output: 'text' | 'json';
}

const KINDS = ['tool', 'resource', 'prompt', 'method'] as const satisfies readonly TargetKind[];

export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('Say why a call is decided as it is: rules, checks, what each argument is taken for, what was found')
    .option('-f, --folder <path>', 'policy folder or file, or a bundle.json', 'sallyport')
    .option('--server <name>', 'which MCPServer of the folder, where it has several')
    .option('--tool <name>', 'the tool that is called')
    .option('--resource <uri>', 'or the resource that is read')
    .option('--prompt <name>', 'or the prompt that is asked for')
    .option('--method <name>', 'or the method, where no revision of MCP has it')
    .option('--arguments <json>', 'arguments of the tool; @FILE reads a file, - standard input (default: {})')
    .option('--as <name>', 'principal that calls (default: an anonymous caller)')
    .option('--group <name>', 'group of the principal; may be repeated', collect)
    .option('--issuer <url>', 'who has signed the token of the principal (default: it has a client token)')
    .option('--scope <name>', 'scope of that token; may be repeated', collect)
    .option('--tools <file>', "the server's answer to tools/list: its schemas say more of arguments than names do")
    .option('--now <time>', 'when it is called, for conditions, such as 2026-01-31T08:00:00Z (default: now)')
    .addOption(
      new Option('--protocol <version>', 'the revision of MCP that its client speaks, for conditions')
        .choices(LEGACY_VERSIONS)
        .default('2025-11-25'),
    )
    .option(
      '--result <value>',
      'what the server answers: a text, or a result in JSON; @FILE reads a file, - standard input',
    )
    .option('--error <message>', 'or the message of the error that it answers with')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (options: ExplainOptions) => {
      const explained = await explainCall({
        policy: policyOf(options),
        as: principalOf(options),
        target: targetOf(options),
        tools: options.tools === undefined ? undefined : readDefinitions(options.tools),
        answered: answeredOf(options),
        moment: momentOf(options),
      });
      const isJson = options.output === 'json';
      process.stdout.write(
        isJson ? `${visibleJson(JSON.stringify(explained, null, 2))}\n` : renderExplained(explained),
      );
      if (explained.effect === 'Deny' || explained.answer?.effect === 'Deny') process.exitCode = EXIT.failure;
    });
  addExample(
    command,
    `sallyport explain --tool read_file --arguments '{"path": "/etc/passwd"}' --as ada --group readers`,
  );
  command.addHelpText(
    'after',
    '\nExit code 0 when the call goes on or waits for a person, 1 when it, or the answer to it, is denied.',
  );
}

function policyOf({ folder: path, server: serverName }: ExplainOptions): Policy {
  const loaded = attempt(path, () => loadPolicy({ path, serverName }));
  if ('problems' in loaded) {
    throw new UserError(loaded.problems.map(formatProblem).join('\n'), 'mend the files, or see: sallyport lint');
  }
  if (!('noPackFor' in loaded)) return loaded;
  const mend = 'look at its namespace and at the targets of the packs, or put its MCPServer beside them';
  throw new UserError(`no PolicyPack of ${path} applies to the server ${loaded.noPackFor}`, mend);
}

function momentOf({ now, protocol }: ExplainOptions): Question['moment'] {
  if (now !== undefined && Number.isNaN(Date.parse(now)))
    throw usageError(`--now is no time: ${now}`, 'write for example --now 2026-01-31T08:00:00Z');
  const session = protocol === undefined ? {} : { session: { protocol } };
  return { ...(now === undefined ? {} : { now }), ...session };
}

function principalOf({ as: name, group = [], issuer, scope }: ExplainOptions): PolicyCase['as'] {
  if (scope !== undefined && issuer === undefined)
    throw usageError('--scope says nothing without --issuer', 'name who has signed the token: --issuer URL');
  if (issuer !== undefined && name === undefined)
    throw usageError('--issuer says nothing without --as', 'name the principal: --as ada');
  if (name !== undefined)
    return { name, groups: group, ...(issuer === undefined ? {} : { issuer, scopes: scope ?? [] }) };
  if (group.length > 0) throw usageError('--group says nothing without --as', 'name the principal: --as ada');
  return undefined;
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

/** JSON that is a mapping is a result as MCP has it; all else is a text, as of a tool that returns one. */
function answeredOf({ result, error, arguments: args }: ExplainOptions): Question['answered'] {
  if (result === undefined) return error === undefined ? undefined : { error };
  if (error !== undefined) throw usageError('a server answers with a result or with an error', 'give one of them');
  if (result === '-' && args === '-') throw usageError('standard input can be read once', 'give one of them as @FILE');
  const text = given(result);
  try {
    const value = parseJson(text);
    return { result: isObject(value) ? value : text };
  } catch {
    return { result: text };
  }
}

function given(said: string): string {
  return said === '-' ? read(0, 'standard input') : said.startsWith('@') ? read(said.slice(1), said.slice(1)) : said;
}

function argumentsOf(said: string): JsonObject {
  const text = given(said);
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
