/**
 * SQL cut into tokens, in one pass and without an idea of grammar. What is a string, a comment or a name differs between
 * databases, so the differences are a setting: whoever judges reads a text in each way that matters.
 */

export type SqlTokenKind =
  | 'word'
  /** `"a"`, `` `a` `` or `[a]`: a name, or a string where the dialect says so. */
  | 'quoted'
  | 'string'
  | 'number'
  /** `@a`, `@@a`, `:a`, `$1`, `?`. */
  | 'variable'
  | 'operator'
  /** `(`, `)`, `,`, `;`, `.`, `[`, `]`, `{`, `}`. */
  | 'mark'
  | 'comment'
  /** The beginning or end of a comment that MySQL executes: its content stands between as tokens. */
  | 'executed';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** In lower case for a word, content for what is quoted, as written for the rest. */
  readonly text: string;
  /** UTF-16 units of the whole text, `end` exclusive. */
  readonly start: number;
  readonly end: number;
  /** A string, name or comment that does not end. */
  readonly open: boolean;
}

export interface SqlLexing {
  /** `\'` is a quote inside of a string (MySQL; PostgreSQL only in `E''`, which is always read so). */
  readonly backslash: boolean;
  /** `"a"` is a string (MySQL), not a name. */
  readonly doubleQuoted: 'string' | 'name';
  /** `#` begins a comment (MySQL). */
  readonly hash: boolean;
  /** `--` needs a blank behind it to be a comment (MySQL). */
  readonly dashBlank: boolean;
  /** `/*` inside of a comment begins another (PostgreSQL, SQL Server). */
  readonly nested: boolean;
  /** What stands in a comment that begins with `/*!` or `/*M!` is executed (MySQL, MariaDB). */
  readonly executed: boolean;
  /** `$tag$ … $tag$` is a string (PostgreSQL). */
  readonly dollar: boolean;
  /** `[a]` is a name (SQL Server, SQLite). */
  readonly brackets: boolean;
  /** A carriage return ends a line (PostgreSQL). */
  readonly carriage: boolean;
}

const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
// With the suffix of Oracle where a word follows that begins something else: `1DUNION`.
const NUMBER =
  /0[xX][0-9A-Fa-f_]*|0[bB][01_]+|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE](?:[+-]?\d+|(?=[^\w]))|[dDfF](?=[uU][nN][iI][oO][nN]))?/y;
const VARIABLE = /@{1,2}(?:[\w.$\u0080-\uffff]+|(?=`))|:[A-Za-z_]\w*|\$\d+|\?/y;
// Longest first: `<=>`, `->>`, `!~*`, then two, then one.
const OPERATOR =
  /<=>|->>|#>>|!~\*|::|<>|<=|>=|!=|!<|!>|==|\|\||&&|:=|->|#>|@>|<@|<<|>>|!~|~\*|\|\/|@@|[=<>!+\-*/%^&|~@#:?\\$]/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const BLANKS = /[\s\0-\x20\u00a0\ufeff]+/y;
const EXECUTED = /\/\*M?!\d{0,6}/y;
const COMMENT_MARK = /\/\*|\*\//g;

/** A dot is one too, where no number begins with it. */
const MARKS = '(),;[]{}';

/** Prefixes that make a string of the quote behind them: national, escape, hex, bit, Unicode. */
const STRING_PREFIX = /^(?:[nexb]|u&|_[a-z0-9]+)$/;

/** Ends for the `at most` first tokens; the rest of the text is then not read. */
export function sqlTokens(text: string, lexing: SqlLexing, from = 0, atMost = Number.POSITIVE_INFINITY): SqlToken[] {
  const reader = new Reader(text, lexing, from);
  const tokens: SqlToken[] = [];
  while (tokens.length < atMost) {
    const token = reader.next();
    if (token === undefined) break;
    tokens.push(token);
  }
  return tokens;
}

class Reader {
  readonly #text: string;
  readonly #lexing: SqlLexing;
  #at: number;
  /** Inside of a comment that is executed. */
  #executing = false;

  constructor(text: string, lexing: SqlLexing, from: number) {
    this.#text = text;
    this.#lexing = lexing;
    this.#at = from;
  }

  next(): SqlToken | undefined {
    this.#at = endOf(BLANKS, this.#text, this.#at);
    if (this.#at >= this.#text.length) return undefined;
    const at = this.#at;
    return this.#comment(at) ?? this.#quoted(at) ?? this.#plain(at);
  }

  #comment(at: number): SqlToken | undefined {
    const { hash, dashBlank, executed, nested } = this.#lexing;
    const text = this.#text;
    const first = text[at];
    if (first === '-' && text[at + 1] === '-') {
      const behind = text.charCodeAt(at + 2);
      if (!dashBlank || !(behind > 0x20)) return this.#take('comment', at, lineEnd(text, at, this.#lexing.carriage));
    }
    if (first === '#' && hash) return this.#take('comment', at, lineEnd(text, at, this.#lexing.carriage));
    if (first === '*' && this.#executing && text[at + 1] === '/') {
      this.#executing = false;
      return this.#take('executed', at, at + 2);
    }
    if (first !== '/' || text[at + 1] !== '*') return undefined;
    const inside = executed ? endOf(EXECUTED, text, at) : at;
    if (inside > at) {
      this.#executing = true;
      return this.#take('executed', at, inside);
    }
    const end = commentEnd(text, at, nested);
    return this.#take('comment', at, end === -1 ? text.length : end, undefined, end === -1);
  }

  #quoted(at: number): SqlToken | undefined {
    const { backslash, doubleQuoted, dollar, brackets } = this.#lexing;
    const first = this.#text[at];
    if (first === "'") return this.#string(at, at, "'", 'string', backslash);
    if (first === '"') {
      const kind = doubleQuoted === 'string' ? 'string' : 'quoted';
      return this.#string(at, at, '"', kind, backslash && kind === 'string');
    }
    if (first === '`') return this.#string(at, at, '`', 'quoted', false);
    if (first === '[' && brackets) return this.#string(at, at, ']', 'quoted', false);
    if (first !== '$' || !dollar) return undefined;
    const inside = endOf(DOLLAR_TAG, this.#text, at);
    if (inside === at) return undefined;
    const tag = this.#text.slice(at, inside);
    const end = this.#text.indexOf(tag, inside);
    if (end === -1) return this.#take('string', at, this.#text.length, this.#text.slice(inside), true);
    return this.#take('string', at, end + tag.length, this.#text.slice(inside, end));
  }

  #plain(at: number): SqlToken {
    const text = this.#text;
    if (MARKS.includes(text[at] as string)) return this.#take('mark', at, at + 1);
    let end = endOf(WORD, text, at);
    if (end > at) {
      const word = text.slice(at, end).toLowerCase();
      const prefixed = word === 'u' && text[end] === '&' ? `${word}&` : word;
      const quote = at + prefixed.length;
      if (text[quote] === "'" && STRING_PREFIX.test(prefixed))
        return this.#string(at, quote, "'", 'string', word === 'e' || this.#lexing.backslash);
      if (text[quote] === '"' && prefixed === 'u&') return unescaped(this.#string(at, quote, '"', 'quoted', false));
      return this.#take('word', at, end, word);
    }
    end = endOf(NUMBER, text, at);
    if (end > at) return this.#take('number', at, end);
    end = endOf(VARIABLE, text, at);
    if (end > at && !(text[at] === '@' && text[at + 1] === '>')) return this.#take('variable', at, end);
    end = endOf(OPERATOR, text, at);
    if (end > at) return this.#take('operator', at, end);
    return this.#take('mark', at, at + 1);
  }

  /** A quote is doubled to stand inside. */
  #string(at: number, quote: number, close: string, kind: SqlTokenKind, escapes: boolean): SqlToken {
    const text = this.#text;
    let i = quote + 1;
    for (; i < text.length; i++) {
      const unit = text[i];
      if (unit === '\\' && escapes) i += 1;
      else if (unit === close) {
        if (text[i + 1] !== close) return this.#take(kind, at, i + 1, text.slice(quote + 1, i));
        i += 1;
      }
    }
    return this.#take(kind, at, text.length, text.slice(quote + 1), true);
  }

  #take(kind: SqlTokenKind, start: number, end: number, text?: string, open = false): SqlToken {
    this.#at = end;
    return { kind, text: text ?? this.#text.slice(start, end), start, end, open };
  }
}

/** Where a match that begins at `at` ends, `at` where there is none. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

const LINE_END = /[\r\n]/g;

function lineEnd(text: string, from: number, carriage: boolean): number {
  if (carriage) {
    LINE_END.lastIndex = from;
    return LINE_END.exec(text)?.index ?? text.length;
  }
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function commentEnd(text: string, from: number, nested: boolean): number {
  if (!nested) {
    const end = text.indexOf('*/', from + 2);
    return end === -1 ? -1 : end + 2;
  }
  let depth = 0;
  COMMENT_MARK.lastIndex = from;
  for (let mark = COMMENT_MARK.exec(text); mark !== null; mark = COMMENT_MARK.exec(text)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.index + 2;
  }
  return -1;
}

/** PostgreSQL 17, §4.1.1: `U&"\0070g"` is `pg`. Another escape than the backslash is named by UESCAPE behind it. */
const UNICODE_ESCAPE = /\\(?:([0-9a-f]{4})|\+([0-9a-f]{6}))/gi;

function unescaped(token: SqlToken): SqlToken {
  return { ...token, text: token.text.replace(UNICODE_ESCAPE, decoded) };
}

function decoded(escape: string, short: string | undefined, long: string | undefined): string {
  const point = Number.parseInt(short ?? long ?? '', 16);
  return point > 0x10_ff_ff ? escape : String.fromCodePoint(point);
}
