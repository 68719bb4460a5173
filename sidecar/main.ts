/**
 * The sidecar process of a pod: the gate, and the commands that ask the one that runs. What a command needs is little and is loaded at
 * once; the gate is a bundle of its own. The hook of a pod is to be heard while endpoints still lead to it, on a busy machine too.
 */
import { version } from '../core/version.ts';
import { readCommandConfig } from './command-config.ts';
import { askAdmin } from './lifecycle/ask-admin.ts';
import { drain } from './lifecycle/drain.ts';

/** `node sidecar.mjs log-level [LEVEL]`: of the gate that runs, for `kubectl exec`. Without a level it says which one holds. */
async function logLevel(level: string | undefined): Promise<void> {
  const asked = level === undefined ? { method: 'GET' as const } : { method: 'PUT' as const, body: level };
  const text = await askAdmin(
    readCommandConfig(process.env),
    { path: '/loglevel', ...asked },
    'the level of the log is as before',
  );
  process.stdout.write(`${(JSON.parse(text) as { level: string }).level}\n`);
}

async function runGate(): Promise<void> {
  const { run } = await import('./run.ts');
  await run();
}

/** Of a gate that loads, which is seen here; and Node has compiled it then, where it keeps what it compiles. */
async function sayVersion(): Promise<void> {
  await import('./run.ts');
  process.stdout.write(`${version}\n`);
}

async function main(command: string | undefined, argument: string | undefined): Promise<void> {
  if (command === '--version') await sayVersion();
  else if (command === 'drain') await drain(readCommandConfig(process.env));
  else if (command === 'log-level') await logLevel(argument);
  else if (command === undefined) await runGate();
  else
    throw new Error(
      `${JSON.stringify(command)} is not a command; start it without one, or with drain, log-level or --version`,
    );
}

try {
  await main(process.argv[2], process.argv[3]);
} catch (error) {
  process.stderr.write(`sallyport-sidecar: ${error instanceof Error ? error.message : String(error)}\n`);
  // At once: what watches the policy by now would keep a process alive that serves nothing, and nobody would start it anew.
  process.exit(1);
}
