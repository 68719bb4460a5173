/** Asks whoever sits at the terminal for a yes. */
import { createInterface } from 'node:readline';

/** False for anything but y or yes, for Ctrl-C and for the end of the input. On standard error: what is on standard output is the result. */
export async function isAnsweredYes(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const lines = createInterface({ input, output, terminal: false });
  output.write(`${question} [y/N] `);
  const { promise, resolve } = Promise.withResolvers<string>();
  lines.once('line', resolve);
  lines.once('close', () => resolve(''));
  const answer = await promise;
  lines.close();
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}
