/** Tells the story: numbered steps, the real output of what was run below each, and what was observed in it. */
import type { Writable } from 'node:stream';

interface Output extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const INDENT = '     ';
/** A wait longer than this is explained, and again each time it has passed. */
const PATIENCE_MS = 2_000;
const MAX_COLUMNS = 124;
const MIN_COLUMNS = 40;

/** Something was expected and something else was seen. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`expected: ${expected}; seen: ${seen}`);
    this.expected = expected;
    this.seen = seen;
  }
}

export class Story {
  readonly #output: Output;
  readonly #colours: boolean;
  readonly #columns: number;
  #step = 'the start';

  constructor(output: Output, env: Readonly<Record<string, string | undefined>>) {
    this.#output = output;
    // https://no-color.org
    this.#colours = output.isTTY === true && (env['NO_COLOR'] ?? '') === '';
    // A terminal that does not know its width says 0.
    this.#columns = Math.min(output.columns || MAX_COLUMNS, MAX_COLUMNS);
  }

  say(line = ''): void {
    this.#output.write(`${line}\n`);
  }

  step(number: number, title: string): void {
    this.#step = `step ${number}, "${title}"`;
    this.say(`\n${this.#paint('1', `${String(number).padStart(2)}  ${title}`)}`);
  }

  /** What is being run, as a person would type it. */
  command(line: string): void {
    this.say(`${INDENT}${this.#paint('36', `$ ${line}`)}`);
  }

  /** What came out of it: folded at blanks, and only the first `most` lines of it. */
  output(text: string, most = 12): void {
    const lines = text.replace(/\n$/, '').split('\n');
    for (const line of lines.slice(0, most)) this.#folded(line, '2');
    if (lines.length > most) this.note(`… and ${lines.length - most} more`);
  }

  /** What the model on the other side of the client reads. */
  model(text: string): void {
    this.#folded(`the model reads: ${text}`, '33');
  }

  note(text: string): void {
    this.#folded(text, '2');
  }

  /** Goes on only if `isTrue`; `sentence` says what was observed, or what was not. */
  observe(isTrue: boolean, sentence: string, seen: unknown): void {
    if (!isTrue) throw new Mismatch(sentence, typeof seen === 'string' ? seen : JSON.stringify(seen));
    this.say(`${INDENT}${this.#paint('32', '✓')} ${sentence}`);
  }

  failure({ expected, seen }: { expected: string; seen: string }): void {
    this.say(`${INDENT}${this.#paint('31', '✗')} expected: ${expected}`);
    this.say(`${INDENT}  seen:     ${seen}`);
    this.say(`\nThe demo failed in ${this.#step}.`);
  }

  /** The outcome of `work`; says every two seconds what is waited for. */
  async waiting<Result>(what: string, work: Promise<Result>): Promise<Result> {
    const started = performance.now();
    const timer = setInterval(() => {
      const seconds = Math.round((performance.now() - started) / 1000);
      this.say(`${INDENT}  ${this.#paint('2', `… ${what} (${seconds} s)`)}`);
    }, PATIENCE_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  #folded(line: string, colour: string): void {
    for (const part of fold(line, this.#columns - INDENT.length - 2))
      this.say(`${INDENT}  ${this.#paint(colour, part)}`);
  }

  #paint(colour: string, text: string): string {
    return this.#colours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  }
}

/** Breaks a line at blanks; what follows the first break is indented by two. */
export function fold(line: string, wanted: number): string[] {
  const columns = Math.max(wanted, MIN_COLUMNS);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(' ', columns);
    // A long word, such as a path, stays whole: it can be copied from the terminal then.
    const end = at > 2 ? at : rest.indexOf(' ', columns);
    if (end === -1) break;
    lines.push(rest.slice(0, end));
    rest = `  ${rest.slice(end + 1)}`;
  }
  return [...lines, rest];
}
