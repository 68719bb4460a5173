/** A program that prints a key, such as the command of a password manager. */
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 64 * 1024;

/** What it printed, or why there is nothing, as the end of a sentence about it: never in its own words, which may be the key. */
export function runCommand(
  [file = '', ...args]: readonly string[],
  done: (result: { readonly text: string } | { readonly problem: string }) => void,
): () => void {
  const child = execFile(
    file,
    args,
    { timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, encoding: 'utf8' },
    (error, stdout) => {
      if (error === null) done({ text: stdout });
      else done({ problem: whyNot(error) });
    },
  );
  // One that asks for a password on its input would wait for ever.
  child.stdin?.end();
  return () => {
    child.kill('SIGKILL');
  };
}

function whyNot({ code, killed }: { readonly code?: unknown; readonly killed?: boolean }): string {
  if (code === 'ENOENT') return 'is not found; check its spelling and your PATH';
  if (code === 'EACCES') return 'may not be executed; make it executable with chmod +x';
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'prints more than a key; let it print the key alone';
  if (killed === true) return `did not end in ${TIMEOUT_MS / 1000} s; run it once by hand`;
  return typeof code === 'number' ? `ended with status ${code}; run it once by hand` : 'could not be run';
}
