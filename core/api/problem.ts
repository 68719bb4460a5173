/** What is wrong with a file, where exactly, and how to mend it. */
export interface Problem {
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units. */
  column: number;
  /** Such as `spec.tools[2].effect`; empty where the whole document or file is meant. */
  path: string;
  /** The offending value as JSON, cut. Absent where there is none, or where it may be a secret. */
  value?: string;
  message: string;
  mend?: string;
  /** Of what is valid and most likely not meant: the section of docs/lints.md. */
  code?: string;
}

export function formatProblem(problem: Problem): string {
  const { file, line, column, path, message, mend, code } = problem;
  const where = path === '' ? '' : `${path}: `;
  const then = mend === undefined ? '' : `; ${mend}`;
  const kind = code === undefined ? '' : ` [${code}]`;
  return `${file}:${line}:${column}: ${where}${message}${then}${kind}`;
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`;
    else if (!PLAIN_KEY.test(String(key))) text += `[${showValue(String(key))}]`;
    else text += text === '' ? String(key) : `.${String(key)}`;
  }
  return text;
}

const MAX_SHOWN = 80;

/** A value as JSON on one line of at most 80 characters, with everything escaped that could move a terminal's cursor or hide text. */
export function showValue(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  const cut = json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN - 1)}…` : json;
  return escapeControls(cut);
}

/** Control, format (bidirectional, zero-width), separator and lone surrogate characters as `\u…`. */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) =>
    Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}
