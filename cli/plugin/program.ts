/** The command `kubectl sallyport`: what of Sallyport is about a cluster, for whoever kubectl is logged in as. */
import type { Command } from 'commander';
import { addExample } from '../help.ts';
import { createRoot } from '../program.ts';
import { registerClusterApprovals } from './approvals.ts';
import { Cluster, type Where } from './cluster.ts';
import { registerClusterHalt } from './halt.ts';
import { completionOf } from './complete.ts';

/** By these names in the PATH kubectl finds it: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/ */
const PLUGIN = 'kubectl-sallyport';
const COMPLETER = 'kubectl_complete-sallyport';

export function createPlugin(): Command {
  const program = createRoot(
    'kubectl sallyport',
    'Decides on what waits for a person in a cluster, and halts what must not go on, with the rights that kubectl has there.',
  );
  addExample(program, 'kubectl sallyport approvals list -A');
  registerClusterApprovals(program);
  registerClusterHalt(program);
  return program;
}

/** What the file that was started is called, by whoever started it: the shell, kubectl, or kubectl that wants to complete a word. */
export function calledAs(path: string): 'sallyport' | 'plugin' | 'completer' {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const is = (name: string): boolean => file === name || file.startsWith(`${name}.`);
  if (is(PLUGIN)) return 'plugin';
  return is(COMPLETER) ? 'completer' : 'sallyport';
}

/** Runs one that is called for the plugin. `words`: behind its name. */
export async function runPlugin(as: 'plugin' | 'completer', words: readonly string[]): Promise<void> {
  const program = createPlugin();
  if (as === 'plugin') await program.parseAsync(words, { from: 'user' });
  else process.stdout.write(completionOf(program, words, namesIn));
}

/** Nobody who presses a key wants to read why there is nothing to offer. */
function namesIn(where: Where): string[] {
  try {
    return new Cluster(where).list(false).map(({ metadata }) => metadata.name);
  } catch {
    return [];
  }
}
