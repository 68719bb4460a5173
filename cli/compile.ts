/** `sallyport compile`: the policy bundle of a folder, as a sidecar takes it. */
import type { Command } from 'commander';
import { formatProblem } from '../core/api/problem.ts';
import { EXIT, UserError, systemReason } from './errors.ts';
import { addExample } from './help.ts';
import { type FolderResult, loadFolder } from './load-folder.ts';
import { asWarning } from './pattern-problems.ts';
import { writeWhole } from './write-whole.ts';

interface CompileOptions {
  readonly folder: string;
  readonly server?: string;
  readonly out?: string;
}

/** Sidecars read it under another user id; there is no secret in it. */
const FILE_MODE = 0o644;

export function registerCompile(program: Command): void {
  const command = program
    .command('compile')
    .description('Compile a policy folder to the bundle.json that a sidecar enforces')
    .option('-f, --folder <path>', 'policy folder or file', 'sallyport')
    .option('--server <name>', 'which MCPServer of the folder, where it has several')
    .option('--out <file>', 'where to write it (default: standard output)')
    .action((options: CompileOptions) => compileFolder(options));
  addExample(command, 'sallyport compile -f ./sallyport --out /etc/sallyport/bundle/bundle.json');
}

function compileFolder({ folder, server, out }: CompileOptions): void {
  const loaded = load(folder, server);
  if ('problems' in loaded) {
    process.stderr.write(`${loaded.problems.map(formatProblem).join('\n')}\n`);
    process.exitCode = EXIT.failure;
    return;
  }
  if (loaded.server.spec.upstream?.clientCertificate !== undefined)
    throw new UserError(
      'spec.upstream.clientCertificate is shown by `sallyport up` and `sallyport wrap` alone: a bundle has no place for it',
      'remove it, and have a proxy beside the sidecar show the certificate',
    );
  for (const warning of loaded.warnings) process.stderr.write(`${formatProblem(asWarning(warning))}\n`);
  const { text, revision } = loaded.compiled;
  if (out === undefined) process.stdout.write(text);
  else writeWhole(out, text, FILE_MODE);
  process.stderr.write(`${revision} (${loaded.packs.join(', ') || 'no pack applies: every call will be refused'})\n`);
}

function load(path: string, serverName: string | undefined): FolderResult {
  try {
    return loadFolder({ path, serverName, assumed: undefined });
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${systemReason(error)}`, 'check the path, or make one: sallyport init');
  }
}
