/** Runs the command line: `node cli/main.ts …`. The build makes dist/cli.mjs of it, which is both `sallyport` and `kubectl sallyport`. */
import { describeFailure, EXIT } from './errors.ts';
import { calledAs, runPlugin } from './plugin/program.ts';
import { createProgram } from './program.ts';

// Whoever reads may stop reading (`| head`). The command goes on, so that its exit code still says what it found.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // And a terminal or a disk may be gone (EIO, ENOSPC): what runs, such as a gate, is not about what it says.
    if (error.code !== 'EPIPE' && error.code !== 'EIO' && error.code !== 'ENOSPC') throw error;
    // But a file that was to be kept, a checkpoint say, is not there: whoever asked for it must not take it for that.
    if (stream === process.stdout && error.code === 'ENOSPC') process.exitCode ??= EXIT.failure;
  });
}

try {
  const [, path = '', ...words] = process.argv;
  const name = calledAs(path);
  if (name === 'sallyport') await createProgram().parseAsync(words, { from: 'user' });
  else await runPlugin(name, words);
} catch (error) {
  const { text, exitCode } = describeFailure(error, process.env['SALLYPORT_DEBUG'] === '1');
  process.stderr.write(text);
  // Not `process.exit`: it would cut off what is still on its way into a pipe.
  process.exitCode = exitCode;
}
