/** Where the command keeps what outlives a call: sockets of running gates, and state such as the audit file. */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** One socket for each running gate. Gone after a restart of the machine, where the system offers such a place. */
export function runtimeDir(env: Environment = process.env): string {
  return ownDirectory(env['SALLYPORT_RUNTIME_DIR'], env['XDG_RUNTIME_DIR']) ?? join(homedir(), '.sallyport', 'run');
}

export function stateDir(env: Environment = process.env): string {
  return ownDirectory(env['SALLYPORT_STATE_DIR'], env['XDG_STATE_HOME']) ?? join(homedir(), '.local/state/sallyport');
}

function ownDirectory(own: string | undefined, base: string | undefined): string | undefined {
  if (own !== undefined && own !== '') return resolve(own);
  // The XDG Base Directory Specification: relative paths are invalid and to be ignored.
  return base !== undefined && isAbsolute(base) ? join(base, 'sallyport') : undefined;
}
