/** Text of others on its way to a terminal: nothing in it may move the cursor, turn the line around or go unseen. */

// Controls, format characters (bidirectional, zero-width, tags), what has no meaning in Unicode, lone surrogates, line separators and default ignorables
// (UTS #39 §3.1); of spaces only the plain one is what it looks like; U+2800 is a blank that counts as a symbol.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;
/** Marks on nothing, or a pile of them, would be drawn over their neighbours. */
const STRAY_MARKS = /(?<![\p{L}\p{N}\p{M}\p{So}])\p{M}+|(?<=\p{M}{3})\p{M}+/gu;

export function visible(text: string): string {
  return replaceHidden(text, spelled);
}

/** One character as `visible` writes what it does not leave. */
export function spelledOut(char: string): string {
  return spelled(char.codePointAt(0) ?? 0);
}

function spelled(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

/** For JSON text: escapes that JSON knows, so that it stays JSON. */
export function visibleJson(json: string): string {
  return replaceHidden(json, (_, char) => utf16Escapes(char), '\n');
}

/** For YAML text in which every scalar that needs it is double-quoted. */
export function visibleYaml(yaml: string): string {
  return replaceHidden(yaml, (code) => `\\U${code.toString(16).padStart(8, '0')}`, '\n');
}

export function hasHidden(text: string): boolean {
  return visible(text) !== text;
}

type Escape = (code: number, char: string) => string;

function replaceHidden(text: string, escape: Escape, kept = ''): string {
  const escaped = (run: string): string =>
    Array.from(run, (char) => (char === kept ? char : escape(char.codePointAt(0) ?? 0, char))).join('');
  return text.replace(HIDDEN, escaped).replace(STRAY_MARKS, escaped);
}

function utf16Escapes(char: string): string {
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
    '',
  );
}

/** Columns a text takes; wide characters (East Asian, emoji) take two. Near enough to align and to fold by. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += widthOf(char);
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

function widthOf(char: string): number {
  if (/\p{M}/u.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Folds one line to pieces of at most `width` columns. */
export function fold(line: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const char of line) {
    const charWidth = widthOf(char);
    if (columns + charWidth > width) {
      pieces.push(piece);
      piece = '';
      columns = 0;
    }
    piece += char;
    columns += charWidth;
  }
  return [...pieces, piece];
}

/** Rows under a heading, columns aligned, two spaces between. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => columnsOf(row[column] ?? ''))));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - columnsOf(cell))).join('  ');
  return `${all.map((row) => line(row).trimEnd()).join('\n')}\n`;
}
