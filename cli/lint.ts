/** `sallyport lint`: says everything that is wrong with policy files before a gate does. */
import { type Command, Option } from 'commander';
import { checkTogether } from '../core/api/check-together.ts';
import { type LoadedDocument, loadDocuments } from '../core/api/load.ts';
import type { MCPServer } from '../core/api/mcp-server.ts';
import { formatProblem, type Problem } from '../core/api/problem.ts';
import { compile } from '../core/policy/compile.ts';
import { readBundle } from '../core/policy/read-bundle.ts';
import { assumedServer } from './assumed-server.ts';
import { EXIT } from './errors.ts';
import { addExample } from './help.ts';
import { checkLints, type Listed } from './lints/check.ts';
import { listTools } from './list-tools.ts';
import { asWarning, checkPatternsOf } from './pattern-problems.ts';
import { readPolicyFiles, type PolicyFile } from './policy-files.ts';
import { visibleJson } from '../core/shown/terminal-text.ts';
import { readTools } from './tool-list.ts';

export interface LintReport {
  files: number;
  documents: number;
  /** Objects of other API groups, which are left out. */
  others: number;
  problems: Problem[];
  /** What is valid and most likely not meant: it is said, and changes neither the outcome nor the exit code. */
  warnings: Problem[];
}

interface LintOptions {
  readonly output: 'text' | 'json';
  readonly tools?: string[];
  readonly server?: string;
  readonly tokenEnv: string;
  readonly strict?: boolean;
}

export function registerLint(program: Command): void {
  const command = program
    .command('lint')
    .description('Check policy files and say what is wrong, where, and how to mend it')
    .argument('<files...>', 'YAML files, or folders with *.yaml and *.yml files')
    .option(
      '--tools <file>',
      "the server's answer to tools/list, or several: names and arguments are held against it",
      collect,
    )
    .addOption(new Option('--server <url>', 'ask this server for its tools instead').conflicts('tools'))
    .option('--token-env <variable>', 'environment variable that holds the token for --server', 'SALLYPORT_TOKEN')
    .option('--strict', 'end with exit code 1 where there are warnings, too')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], options: LintOptions) => {
      const report = lint(readPolicyFiles(paths), await listedBy(options));
      process.stdout.write(options.output === 'json' ? renderJson(report) : renderText(report));
      const told = options.strict === true ? [...report.problems, ...report.warnings] : report.problems;
      if (told.length > 0) process.exitCode = EXIT.failure;
    });
  addExample(command, 'sallyport lint ./sallyport');
}

async function listedBy({ tools, server, tokenEnv }: LintOptions): Promise<Listed | undefined> {
  if (server !== undefined) return { from: server, tools: await listTools(server, process.env[tokenEnv]) };
  return tools === undefined ? undefined : { from: tools.join(', '), tools: tools.flatMap(readTools) };
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

export function lint(files: readonly PolicyFile[], listed?: Listed): LintReport {
  const documents: LoadedDocument[] = [];
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  let others = 0;
  for (const { path, text } of files) {
    if (text === undefined) {
      problems.push({ file: path, line: 1, column: 1, path: '', message: 'is not UTF-8', mend: 'save it as UTF-8' });
      continue;
    }
    const loaded = loadDocuments(text, path, { leaveOutOthers: true });
    others += loaded.others;
    documents.push(...loaded.documents);
    problems.push(...loaded.problems);
    warnings.push(...loaded.warnings);
  }
  // Not whether Secrets are here: digests belong into the cluster or beside the policy, not into the repository that is linted.
  problems.push(...checkTogether(documents));
  const patterns = checkPatternsOf(documents);
  for (const warning of patterns.warnings) warning.code = 'pattern-language';
  problems.push(...patterns.problems);
  warnings.push(...patterns.warnings);
  if (problems.length === 0) problems.push(...checkCompiles(documents));
  if (problems.length === 0) warnings.push(...checkLints(documents, listed));
  return { files: files.length, documents: documents.length, others, problems, warnings };
}

/** Compiles as the operator will and reads the outcome as a sidecar will. */
function checkCompiles(documents: readonly LoadedDocument[]): Problem[] {
  const packs = documents.filter((document) => document.kind === 'PolicyPack').map(({ value }) => value);
  const problems: Problem[] = [];
  for (const document of documents) {
    if (document.kind !== 'MCPServer' && document.kind !== 'PolicyPack') continue;
    const message =
      document.kind === 'MCPServer'
        ? compileFault(document.value, packs)
        : compileFault(serverFor(document.value), [document.value]);
    if (message === undefined) continue;
    problems.push({ file: document.file, line: document.line, column: 1, path: '', message });
  }
  return problems;
}

function compileFault(...[server, packs]: Parameters<typeof compile>): string | undefined {
  try {
    const policy = readBundle(compile(server, packs).text);
    return 'problem' in policy ? `does not compile: ${policy.problem}` : undefined;
  } catch (error) {
    return `does not compile: ${error instanceof Error ? error.message : String(error)}`;
  }
}

type Pack = Extract<LoadedDocument, { kind: 'PolicyPack' }>['value'];

/** A server that the pack applies to, since a pack is often linted without any. */
function serverFor({ metadata, spec }: Pack): MCPServer {
  return assumedServer(metadata.namespace, spec.targets?.matchLabels);
}

export function renderText({ files, documents, others, problems, warnings }: LintReport): string {
  const leftOut = others === 0 ? '' : ` (${others} of other kinds left out)`;
  const lines = [...problems.map(formatProblem), ...warnings.map((warning) => formatProblem(asWarning(warning)))];
  const found = [
    ...(problems.length === 0 ? [] : [count(problems.length, 'problem')]),
    ...(warnings.length === 0 ? [] : [count(warnings.length, 'warning')]),
  ];
  const where = `${count(files, 'file')}${problems.length > 0 ? '' : `, ${count(documents, 'document')}${leftOut}`}`;
  return `${[...lines, `${where}: ${found.join(', ') || 'no problems'}`].join('\n')}\n`;
}

export function renderJson({ files, problems, warnings }: LintReport): string {
  return `${visibleJson(JSON.stringify({ ok: problems.length === 0, files, problems, warnings }, null, 2))}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
