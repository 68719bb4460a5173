/** Files that a command line fetches, and then runs: `curl -o a.sh …; sh a.sh` is `curl … | sh` in two steps. */
import { type Call, operands } from './call.ts';
import { outputOf } from './output.ts';
import { isInterpreter } from './wrappers.ts';

const FETCHERS = /^(?:curl|wget2?|aria2c)$/;
/** The next word is the file: `-o`, `-fsSLo`, and wget's `-qO`. */
const TO_FILE: Readonly<Record<string, RegExp>> = {
  curl: /^(?:-[A-Za-z#]*o|--output)$/,
  aria2c: /^(?:-o|--out)$/,
};
const WGET_TO_FILE = /^(?:-[A-Za-z]*O|--output-document)$/;
const GLUED = /^(?:--output|--output-document|--out)=/;
const URL_PATH = /^(?:https?:\/\/)?[^/?#]+\/(?:[^?#]*\/)?([^/?#]+)(?:[?#].*)?$/;

export class Downloads {
  readonly #files = new Set<string>();

  /** Whether the call runs one of them; of those that it fetches, note is taken. */
  runs(call: Call): boolean {
    for (const file of fetchedBy(call)) this.#files.add(plain(file));
    if (this.#files.size === 0) return false;
    const program = call.argv[0]?.text ?? '';
    if (program.includes('/') && this.#files.has(plain(program))) return true;
    if (!isInterpreter(call.name) && call.name !== 'source' && call.name !== '.') return false;
    const [script] = operands(call.argv);
    return script !== undefined && this.#files.has(plain(script.text));
  }
}

function fetchedBy(call: Call): readonly string[] {
  const { name, argv, input, written } = call;
  if (written.length > 0 && outputOf(call).fetched) return written.map(({ path }) => path.text);
  if (name === 'tee' && input?.fetched === true) return operands(argv).map(({ text }) => text);
  if (!FETCHERS.test(name)) return [];
  const toFile = TO_FILE[name] ?? WGET_TO_FILE;
  const named = argv.flatMap(({ text }, at) => {
    if (GLUED.test(text)) return [text.replace(GLUED, '')];
    return toFile.test(text) ? [argv[at + 1]?.text ?? '-'] : [];
  });
  if (named.length > 0) return named;
  // By the name that it has there, as wget does, and curl where it is told to.
  const byName = name !== 'curl' || argv.some(({ text }) => /^(?:-[A-Za-z#]*O|--remote-name)/.test(text));
  return byName ? operands(argv).flatMap(({ text }) => URL_PATH.exec(text)?.[1] ?? []) : [];
}

function plain(file: string): string {
  return file.replace(/^(?:\.\/)+/, '');
}
