/** What stands behind an operator: whether a statement could go on so. */
import type { SqlStream } from './stream.ts';
import { COMMON_CALLS, CONJUNCTIONS, DANGEROUS_CALLS } from './words.ts';

/** Whether a string behind an operator is one: quotes around a sign have a blank or a mark behind them. */
export function goesOn(stream: SqlStream, i: number): boolean {
  const content = stream.tokens[i]?.text ?? '';
  return content === '' ? stream.tokens.length === i + 1 : beginsAsWord(content);
}

const WORDLIKE = /^[\p{L}\p{N}_%@-]/u;

export function beginsAsWord(content: string): boolean {
  return WORDLIKE.test(content);
}

export function isKnownCall(name: string): boolean {
  return DANGEROUS_CALLS.has(name) || COMMON_CALLS.has(name);
}

const ENDS = new Set([';', ')', ',', '--', '#']);

export function isEnd(stream: SqlStream, i: number): boolean {
  return stream.kind(i) === undefined || ENDS.has(stream.at(i)) || CONJUNCTIONS.has(stream.at(i));
}

export function isNullTest(stream: SqlStream, i: number): boolean {
  const at = stream.at(i + 1) === 'not' ? i + 2 : i + 1;
  return ['null', 'true', 'false', 'unknown', 'distinct'].includes(stream.at(at)) || stream.at(at) === '?';
}
