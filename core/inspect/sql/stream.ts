/** Tokens of a value as they would stand in a statement, with the questions that shapes ask of them. */
import { ARITHMETIC, COMMON_CALLS, COMPARISONS, DANGEROUS_CALLS, KEYWORDS, LITERAL_WORDS } from './words.ts';
import type { SqlToken } from './tokens.ts';

export type OperandKind = 'none' | 'literal' | 'name' | 'call' | 'query';

export interface Operand {
  readonly kind: OperandKind;
  /** Of the token behind it. */
  readonly next: number;
  /** A string that the program's own quote ends. */
  readonly open: boolean;
}

/** How far one look goes, in tokens: the whole is linear because each look is bounded. */
const REACH = 40;
/** Types in front of a string that is read as one: `date '2020-01-01'`. */
const TYPED = new Set(['date', 'time', 'timestamp', 'interval', 'binary', 'varchar', 'char', 'int']);
const UNARY = new Set(['!', '~', '-', '+', '@', '(', 'not', 'binary', 'exists', 'any', 'all', 'some', 'distinct', '{']);

/** A number without digits behind its `e`: MySQL passes over it, `1.e(1)` is `(1)`. */
const NOTHING = /^[0-9]*\.e$/i;

function isNothing({ kind, text, end }: SqlToken, next: SqlToken | undefined): boolean {
  return kind === 'number' && NOTHING.test(text) && next !== undefined && next.start === end;
}

export class SqlStream {
  readonly tokens: readonly SqlToken[];
  /** Where the last comment begins if nothing follows it. */
  readonly cutAt: number | undefined;
  /** How often a comment stands where a blank would. */
  readonly glued: number;
  /** MySQL's comments that are executed. */
  readonly executed: number;

  /** `quote` is the one that the value stands behind: a comment that has it again is a word in quotes (`'--flag'`). */
  constructor(all: readonly SqlToken[], text: string, quote = '') {
    const tokens: SqlToken[] = [];
    let cutAt: number | undefined;
    let glued = 0;
    let executed = 0;
    for (let i = 0; i < all.length; i++) {
      const token = all[i] as SqlToken;
      if (token.kind === 'executed') {
        if (token.text !== '*/') executed += 1;
        continue;
      }
      if (token.kind !== 'comment' && !isHashAtEnd(token, text)) {
        if (isNothing(token, all[i + 1])) glued += 1;
        else tokens.push(token);
        continue;
      }
      if (i === all.length - 1) {
        if (quote === '' || tokens.length > 0 || !token.text.includes(quote)) cutAt = token.start;
      } else if (isGlue(all[i - 1], token, all[i + 1])) glued += 1;
    }
    this.tokens = tokens;
    this.cutAt = cutAt;
    this.glued = glued;
    this.executed = executed;
  }

  /** Text of a word, operator or mark; nothing for the content of strings, so that no string is taken for syntax. */
  at(i: number): string {
    const token = this.tokens[i];
    return token === undefined || token.kind === 'string' || token.kind === 'quoted' ? '' : token.text;
  }

  kind(i: number): SqlToken['kind'] | undefined {
    return this.tokens[i]?.kind;
  }

  isOpen(i: number): boolean {
    return this.tokens[i]?.open === true;
  }

  isLiteral(i: number): boolean {
    const kind = this.kind(i);
    return kind === 'string' || kind === 'number' || kind === 'variable' || LITERAL_WORDS.has(this.at(i));
  }

  isName(i: number): boolean {
    const kind = this.kind(i);
    return kind === 'quoted' || (kind === 'word' && !LITERAL_WORDS.has(this.at(i)));
  }

  /** A name with its parenthesis right behind it, as functions are written. */
  isCall(i: number): boolean {
    const token = this.tokens[i];
    const next = this.tokens[i + 1];
    return token?.kind === 'word' && next?.kind === 'mark' && next.text === '(' && next.start === token.end;
  }

  /** A blank may stand before the parenthesis of a function whose name is known. */
  #isCalled(i: number): boolean {
    if (this.isCall(i) || DANGEROUS_CALLS.has(this.at(i))) return true;
    return COMMON_CALLS.has(this.at(i)) && (this.isLiteral(i + 2) || this.at(i + 3) === ',' || this.at(i + 2) === '(');
  }

  /** One operand, with signs and parentheses around it, and arithmetic behind it. */
  operand(from: number): Operand {
    let one = this.#single(from);
    for (let steps = 0; steps < 8 && ARITHMETIC.has(this.at(one.next)); steps++) {
      const right = this.#single(one.next + 1);
      if (right.kind === 'none') break;
      one = { kind: one.kind === 'name' ? right.kind : one.kind, next: right.next, open: right.open };
    }
    return one;
  }

  #single(from: number): Operand {
    let i = from;
    while (i < from + 12 && UNARY.has(this.at(i))) i += 1;
    if (this.at(i) === 'select' && this.at(i - 1) === '(') return { kind: 'query', next: this.#closed(i), open: false };
    if (this.isLiteral(i)) return this.#behind('literal', i + 1, this.isOpen(i));
    if (this.kind(i) !== 'word' && this.kind(i) !== 'quoted') return { kind: 'none', next: from, open: false };
    if (this.at(i + 1) === '(' && this.#isCalled(i)) return this.#behind('call', this.#closed(i + 2), false);
    let end = i + 1;
    while (end < i + 8 && this.at(end) === '.') end += 2;
    if (TYPED.has(this.at(i)) && this.kind(end) === 'string') return this.#behind('literal', end + 1, this.isOpen(end));
    return this.#behind('name', end, this.isOpen(i));
  }

  #behind(kind: OperandKind, at: number, open: boolean): Operand {
    let next = at;
    for (let steps = 0; steps < 8; steps++) {
      if (this.at(next) === ')') next += 1;
      else if (this.at(next) === '::') next += 2;
      else break;
    }
    return { kind, next, open };
  }

  /** Behind the parenthesis that is open at `from`, or as far as one look goes. */
  #closed(from: number): number {
    let depth = 1;
    let i = from;
    for (; i < from + REACH && i < this.tokens.length; i++) {
      const text = this.at(i);
      if (text === '(') depth += 1;
      else if (text === ')') depth -= 1;
      if (depth === 0) return i + 1;
    }
    return i;
  }
}

export function isSymbolComparison(text: string): boolean {
  return COMPARISONS.has(text);
}

const SAYS_SOMETHING = /\w/;

function isSyntax(token: SqlToken): boolean {
  if (token.kind === 'word') return KEYWORDS.has(token.text);
  return token.text !== '/' && token.text !== '*' && token.text !== '.';
}

function isHashAtEnd(token: SqlToken, text: string): boolean {
  return token.kind === 'operator' && token.text === '#' && text.slice(token.end, token.end + 40).trim() === '';
}

function isGlue(before: SqlToken | undefined, comment: SqlToken, after: SqlToken | undefined): boolean {
  if (before?.end !== comment.start || after?.start !== comment.end) return false;
  // `src/**/test` is a pattern of paths.
  return SAYS_SOMETHING.test(comment.text) || isSyntax(before) || isSyntax(after);
}
