/** The command `kubectl sallyport`: what of Sallyport is about a cluster, for whoever kubectl is logged in as. */
import type { Command } from 'commander';
import { registerCompletion } from '../completion.ts';
import { addExample } from '../help.ts';
import { createRoot } from '../program.ts';
import { registerClusterApprovals } from './approvals.ts';

/** By this name in the PATH kubectl finds it: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/ */
const NAME = 'kubectl-sallyport';

export function createPlugin(): Command {
  const program = createRoot(
    'kubectl sallyport',
    'Decides on what waits for a person in a cluster, with the rights that kubectl has there.',
  );
  addExample(program, 'kubectl sallyport approvals list -A');
  registerClusterApprovals(program);
  registerCompletion(program);
  return program;
}

/** `path`: of the file that was started, as the shell or kubectl named it. */
export function isPlugin(path: string): boolean {
  const file = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return file === NAME || file.startsWith(`${NAME}.`);
}
