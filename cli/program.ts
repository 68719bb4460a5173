/** The command `sallyport` with all its subcommands, in the order in which help lists them. */
import { Command } from 'commander';
import { commit, version } from '../core/version.ts';
import { registerApprovals } from './approvals.ts';
import { registerAudit } from './audit.ts';
import { registerCompile } from './compile.ts';
import { registerCompletion } from './completion.ts';
import { registerConnect } from './connect.ts';
import { registerEval } from './eval.ts';
import { registerExplain } from './explain.ts';
import { registerHalt } from './halt.ts';
import { addExample } from './help.ts';
import { registerInit } from './init.ts';
import { registerLint } from './lint.ts';
import { registerPins } from './pins.ts';
import { registerCoverage } from './coverage.ts';
import { registerRisk } from './risk.ts';
import { registerReplay } from './replay.ts';
import { registerSuggest } from './suggest.ts';
import { registerTest } from './test.ts';
import { registerToken } from './token.ts';
import { registerUp } from './up.ts';
import { registerUsage } from './usage.ts';
import { registerWrap } from './wrap.ts';

export function createProgram(): Command {
  const program = createRoot(
    'sallyport',
    'Decides on every call between an AI agent and an MCP server, and keeps the evidence.',
  );
  addExample(program, 'sallyport init && sallyport lint ./sallyport');
  registerInit(program);
  registerLint(program);
  registerTest(program);
  registerExplain(program);
  registerEval(program);
  registerCompile(program);
  registerUp(program);
  registerWrap(program);
  registerToken(program);
  registerConnect(program);
  registerApprovals(program);
  registerHalt(program);
  registerPins(program);
  registerAudit(program);
  registerUsage(program);
  registerRisk(program);
  registerSuggest(program);
  registerReplay(program);
  registerCoverage(program);
  registerCompletion(program);
  return program;
}

/** Subcommands inherit what is set here, so it is set before any is added. */
export function createRoot(name: string, description: string): Command {
  const program = new Command(name)
    .description(description)
    .version(versionLine(), '-V, --version', 'print version, commit and Node version')
    .helpCommand('help [command]', 'print help for a command')
    .helpOption('-h, --help', 'print help')
    .showHelpAfterError('Run it with --help for the usage.')
    .exitOverride();
  return program.addHelpText(
    'afterAll',
    '\nMore: docs/README.md, and docs/reference.md for every field of the policy files',
  );
}

function versionLine(): string {
  return `sallyport ${version} (commit ${commit}, Node ${process.versions.node})`;
}
