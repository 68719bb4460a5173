/** `sallyport coverage`: which rules of a policy had a say in what was recorded, how often, and which never. */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Command, Option } from 'commander';
import type { Decided } from '../core/audit/reading/read-record.ts';
import type { PlacedFinding } from '../core/policy/findings.ts';
import { RuleCoverage } from '../core/traffic/coverage.ts';
import { Printer } from './audit/printer.ts';
import { readAll } from './audit/read-all.ts';
import { EXIT, usageError } from './errors.ts';
import { addExample } from './help.ts';
import { idsIn } from './policy-tests/coverage.ts';
import { withPolicy } from './replay.ts';
import { playLog } from './traffic/play-log.ts';
import { policyFor, type PolicyOptions } from './traffic/policy-for.ts';
import { Unread } from './traffic/read-log.ts';
import { renderCoverage, renderCoverageJson } from './traffic/render-coverage.ts';

interface CoverageOptions extends PolicyOptions {
  readonly requireAll?: boolean;
  readonly output: 'text' | 'json';
}

export function registerCoverage(program: Command): void {
  const command = withPolicy(
    program
      .command('coverage')
      .description('Count how often each rule of a policy had a say in recorded calls, and which never had one')
      .argument(
        '<files...>',
        'a traffic log, which is decided again; or audit files, or folders of them, as they were decided',
      ),
  )
    .option('--require-all', 'end with exit code 1 where a rule never had a say')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (paths: string[], options: CoverageOptions) => {
      const isTraffic = paths.some(isTrafficLog);
      if (isTraffic && paths.length > 1) throw usageError('a traffic log is read alone', 'give one file');
      const coverage = isTraffic ? await ofTraffic(paths[0] ?? '', options) : await ofAudit(paths, options);
      process.stdout.write(options.output === 'json' ? renderCoverageJson(coverage) : renderCoverage(coverage));
      const isWhole = coverage.uses.every(({ acted, would }) => acted + would > 0);
      if (options.requireAll === true && !isWhole) process.exitCode = EXIT.failure;
    });
  addExample(command, 'sallyport coverage traffic.jsonl --policy ./sallyport');
}

/** Each call is decided again. */
async function ofTraffic(file: string, options: CoverageOptions): Promise<RuleCoverage> {
  const unread = new Unread(file);
  let coverage = new RuleCoverage([]);
  await playLog(
    file,
    (server) => {
      const policy = policyFor(options, server);
      coverage = new RuleCoverage(idsIn(policy.bundle));
      return policy;
    },
    unread,
    (_call, replayed) => {
      if (replayed === undefined) return;
      const { rules, findings, would } = replayed.verdict;
      coverage.add({
        rules: [...rules, ...replayed.answerRules],
        found: findings.map(ruleOf),
        wouldRules: would?.rules ?? [],
        wouldFound: (would?.findings ?? []).map(ruleOf),
      });
    },
  );
  process.stderr.write(unread.words);
  return coverage;
}

/** As it was decided, by whichever policy was in force. */
async function ofAudit(paths: readonly string[], options: CoverageOptions): Promise<RuleCoverage> {
  const coverage = new RuleCoverage(idsIn(policyFor(options, undefined).bundle));
  await readAll(
    paths,
    {},
    ({ event, call, answer }) => {
      if (event !== 'decision') return;
      const said = [call, answer].filter((one): one is Decided => one !== undefined);
      coverage.add({
        rules: said.flatMap(({ rules }) => rules),
        found: said.flatMap(({ findings }) => findings.map(ruleOf)),
        wouldRules: said.flatMap(({ wouldRules }) => wouldRules),
        wouldFound: said.flatMap(({ wouldFindings }) => wouldFindings.map(ruleOf)),
      });
    },
    new Printer(),
  );
  return coverage;
}

function ruleOf({ rule }: Pick<PlacedFinding, 'rule'>): string {
  return rule;
}

/** By what it begins with; what cannot be opened is told by whoever reads it. */
function isTrafficLog(path: string): boolean {
  try {
    const fd = openSync(path, 'r');
    try {
      const start = Buffer.alloc(64);
      return start.toString('utf8', 0, readSync(fd, start)).startsWith('{"traffic":');
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}
