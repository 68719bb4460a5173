/** What the words of a command come to, as far as the text alone says. */

/** Stands for what only the shell that runs it knows: the value of a variable, the output of a program. */
export const UNKNOWN = '\ufffc';

/** Where a text, or what flows through a pipe, comes from. */
export interface Origin {
  /** A program that fetches from the network has a part in it. */
  readonly fetched: boolean;
  /** A program that decodes, decrypts or reverses has a part in it. */
  readonly decoded: boolean;
  /** All of it, where it is known (what `echo` is given), with `UNKNOWN` for parts that are not. */
  readonly text: string | undefined;
  /** A program that prints its own set-up (`tool init bash`), as tools document it. */
  readonly setUp: boolean;
  /** A shell that waits for commands has a part in it. */
  readonly shell: boolean;
}

export const NOTHING: Origin = { fetched: false, decoded: false, text: '', setUp: false, shell: false };
export const SOMETHING: Origin = { ...NOTHING, text: undefined };

export function printing(text: string): Origin {
  return { ...NOTHING, text };
}

/** Fetched, or in disguise: not what whoever wrote the command line could read. */
export function isForeign({ fetched, decoded }: Origin): boolean {
  return fetched || decoded;
}

/** Of one after the other. */
export function joined(first: Origin, second: Origin): Origin {
  if (first === NOTHING) return second;
  if (second === NOTHING) return first;
  return {
    fetched: first.fetched || second.fetched,
    decoded: first.decoded || second.decoded,
    text: first.text === undefined || second.text === undefined ? undefined : first.text + second.text,
    setUp: first.setUp && second.setUp,
    shell: first.shell || second.shell,
  };
}

/** Of a pipe: what went in may come out again, whatever the program. */
export function passedOn(into: Origin, out: Origin): Origin {
  return { ...out, fetched: out.fetched || into.fetched, decoded: out.decoded || into.decoded };
}

/** A word, or one of the fields that a shell splits it into. */
export interface Value {
  /** With `UNKNOWN` in the place of what is not known. */
  readonly text: string;
  /** Of the substitutions in it; `NOTHING` where there are none. */
  readonly from: Origin;
  /** It is `<(…)`: a file with that content. */
  readonly isFile: boolean;
}

export function known(text: string): Value {
  return { text, from: NOTHING, isFile: false };
}

export function isKnown({ text }: Value): boolean {
  return !text.includes(UNKNOWN);
}
