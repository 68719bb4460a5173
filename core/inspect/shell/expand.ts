/** Expands words as far as their text says: quotes and escapes removed, constants of the same script put in, the rest marked as unknown. */
import type { Command, ParameterExpansionPart, Script, SyntaxNode, Word, WordPart } from 'unbash';
import { joined, NOTHING, type Origin, UNKNOWN, type Value } from './values.ts';

export interface Scope {
  /** What this script gave a variable, where that is a constant; undefined too once the constants put in add up to too much. */
  readonly constant: (name: string) => string | undefined;
  /** Where the whole value of a variable comes from, as far as this script says; else `NOTHING`. */
  readonly origin: (name: string) => Origin;
  /** Goes through a substitution, and says what comes out of it. */
  readonly substitute: (script: Script) => Origin;
  /** Goes through what is inside of an expansion and comes to no text: operands, arithmetic, patterns. */
  readonly look: (node: SyntaxNode) => void;
}

/** The fields a shell makes of a word: one, unless an expansion outside of quotes has blanks in it, or braces list several. */
export function expandFields(word: Word, scope: Scope): readonly Value[] {
  const value = expand(word, scope);
  if (word.parts === undefined) return [value];
  const [only] = word.parts;
  if (only?.type === 'BraceExpansion' && word.parts.length === 1) return bracesOf(value);
  if (!BLANK.test(value.text) || !word.parts.some(isSplit)) return [value];
  return value.text
    .trim()
    .split(BLANKS)
    .map((text) => fieldOf(value, text));
}

const BLANK = /[ \t\n]/;
const BLANKS = /[ \t\n]+/;

function fieldOf({ from, isFile }: Value, text: string): Value {
  return { text, from, isFile };
}

function bracesOf(value: Value): readonly Value[] {
  const inner = value.text.slice(1, -1).split(',');
  return inner.length > 1 ? inner.filter((text) => text !== '').map((text) => fieldOf(value, text)) : [value];
}

function isSplit({ type }: WordPart): boolean {
  return type === 'SimpleExpansion' || type === 'ParameterExpansion' || type === 'CommandExpansion';
}

export function expand(word: Word, scope: Scope): Value {
  if (word.parts === undefined) return { text: word.value, from: NOTHING, isFile: false };
  let text = '';
  const only = onlyVariable(word.parts);
  let from = only === undefined ? NOTHING : scope.origin(only);
  let isFile = false;
  for (const part of word.parts) {
    if (part.type === 'ProcessSubstitution') isFile = true;
    const origin = originOf(part, scope);
    if (origin !== undefined) from = joined(from, origin);
    text += textOf(part, scope, origin);
  }
  return { text, from, isFile };
}

/** Of `$x`, `"$x"` and `${x}`. */
function onlyVariable(parts: readonly WordPart[]): string | undefined {
  const [part, second] = parts;
  if (part === undefined || second !== undefined) return undefined;
  if (part.type === 'DoubleQuoted') return onlyVariable(part.parts);
  if (part.type === 'SimpleExpansion') return part.text.slice(1);
  if (part.type !== 'ParameterExpansion' || part.operation !== undefined || part.prefix !== undefined) return undefined;
  return part.index === undefined ? part.parameter : undefined;
}

function originOf(part: WordPart, scope: Scope): Origin | undefined {
  if (part.type === 'CommandExpansion' || part.type === 'ProcessSubstitution') {
    return part.script === undefined ? undefined : scope.substitute(part.script);
  }
  if (HAS_INSIDE.has(part.type)) scope.look(part);
  if (part.type !== 'DoubleQuoted' && part.type !== 'LocaleString') return undefined;
  let from: Origin | undefined;
  for (const inner of part.parts) {
    const origin = originOf(inner, scope);
    if (origin !== undefined) from = from === undefined ? origin : joined(from, origin);
  }
  return from;
}

const HAS_INSIDE = new Set(['ArithmeticExpansion', 'ParameterExpansion', 'BraceExpansion', 'ExtendedGlob', 'Glob']);

function textOf(part: WordPart, scope: Scope, origin: Origin | undefined): string {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
    case 'Glob':
      return part.value;
    case 'DoubleQuoted':
    case 'LocaleString': {
      const whole = part.parts.length === 1 ? origin : undefined;
      return part.parts.map((inner) => textOf(inner, scope, whole)).join('');
    }
    case 'SimpleExpansion':
      return variable(part.text.slice(1), scope);
    case 'ParameterExpansion':
      return parameter(part, scope);
    case 'CommandExpansion':
      return origin?.text === undefined ? UNKNOWN : origin.text.replace(NEWLINES_AT_END, '');
    case 'BraceExpansion':
    case 'ExtendedGlob':
      return part.text;
    default:
      return UNKNOWN;
  }
}

const NEWLINES_AT_END = /\n+$/;

/** What every shell has, and the parameters of a script that was given none. */
function variable(name: string, scope: Scope): string {
  const constant = scope.constant(name);
  if (constant !== undefined) return constant;
  if (name === 'IFS') return ' ';
  if (name === 'HOME') return '~';
  return name === '@' || name === '*' || /^[1-9]$/.test(name) ? '' : UNKNOWN;
}

function parameter({ parameter: name, prefix, index, operation }: ParameterExpansionPart, scope: Scope): string {
  if (prefix !== undefined || index !== undefined) return UNKNOWN;
  const value = variable(name, scope);
  if (operation === undefined) return value;
  if (operation.type === 'Default' && value === UNKNOWN) {
    return operation.operator.includes('+') ||
      operation.operator.includes('?') ||
      operation.operand.parts?.some(isSplit) === true
      ? UNKNOWN
      : operation.operand.value;
  }
  // `${HOME:0:1}` is how a slash is spelled where none may be written.
  const isFirst = operation.type === 'Slice' && operation.offset.value === '0' && operation.length?.value === '1';
  return isFirst && STARTS_WITH_SLASH.has(name) ? '/' : UNKNOWN;
}

const STARTS_WITH_SLASH = new Set(['HOME', 'PWD', 'OLDPWD', 'SHELL', 'PATH']);

/** The program and its arguments; `export A=x` has an assignment for one. */
export function wordsOf({ name, args }: Command, scope: Scope): Value[] {
  const argv = [...expandFields(name as Word, scope)];
  for (const word of args) {
    if (word.type === 'Word') {
      argv.push(...expandFields(word, scope));
    } else {
      const value = word.value.type === 'Word' ? expand(word.value, scope) : { text: '', from: NOTHING, isFile: false };
      argv.push({ ...value, text: `${word.name}=${value.text}` });
    }
  }
  return argv;
}
