/** Statements and queries, told from sentences that begin with the same word. */
import { goesOn, isEnd } from './continuation.ts';
import type { SqlStream } from './stream.ts';
import { isLoud, type Standing } from './spelling.ts';
import { STATEMENT_OBJECTS } from './words.ts';

/** How sure it is, from 0 to 1, that a statement begins at `i`. Behind `;` or a quote half is enough. */
export function statementAt(stream: SqlStream, i: number, standing: Standing, value: string): number {
  const verb = stream.at(i);
  if (stream.kind(i) !== 'word') return 0;
  const loud = isLoud(stream, i, standing, value);
  const next = stream.at(i + 1);
  switch (verb) {
    case 'select':
      return selectAt(stream, i, loud);
    case 'insert':
    case 'replace':
    case 'merge':
      if (next !== 'into') return 0;
      return loud || hasSoon(stream, i + 2, ['values', 'select', '(']) ? 1 : 0.5;
    case 'update':
      return stream.at(i + 2) === 'set' || stream.at(i + 4) === 'set' ? (hasSoon(stream, i + 3, ['=']) ? 1 : 0.5) : 0;
    case 'delete':
      if (next !== 'from') return 0;
      return loud || stream.at(i + 3) === 'where' || stream.at(i + 3) === ';' || stream.cutAt !== undefined ? 1 : 0.5;
    case 'drop':
    case 'truncate':
    case 'alter':
    case 'create':
      if (!STATEMENT_OBJECTS.has(next)) return 0;
      return loud || stream.cutAt !== undefined || stream.at(i + 3) === ';' || stream.at(i + 2) === 'if' ? 1 : 0.5;
    case 'exec':
    case 'execute':
      if (/^(?:xp_|sp_|master$|immediate$)/.test(next)) return 1;
      return next === '(' && stream.kind(i + 2) === 'string'
        ? 1
        : stream.isName(i + 1) && isEnd(stream, i + 2)
          ? 0.5
          : 0;
    case 'declare':
    case 'set':
      return stream.kind(i + 1) === 'variable' && next.startsWith('@') ? 1 : 0;
    case 'waitfor':
      return next === 'delay' || next === 'time' ? 1 : 0;
    case 'attach':
    case 'backup':
      return next === 'database' ? 1 : 0;
    case 'copy':
      return hasSoon(stream, i + 2, ['program', 'stdin', 'stdout']) ? 1 : 0;
    case 'load':
      return next === 'data' && hasSoon(stream, i + 2, ['infile']) ? 1 : 0;
    case 'grant':
    case 'revoke':
      return hasSoon(stream, i + 1, ['on', 'to']) ? 0.5 : 0;
    case 'shutdown':
    case 'analyze':
    case 'vacuum':
    case 'commit':
    case 'rollback':
      return isEnd(stream, i + 1) ? 0.5 : 0;
    case 'rename':
    case 'lock':
    case 'handler':
    case 'prepare':
    case 'call':
    case 'do':
      return stream.isName(i + 1) && (loud || stream.cutAt !== undefined) ? 0.5 : 0;
    default:
      return 0;
  }
}

function selectAt(stream: SqlStream, i: number, loud: boolean): number {
  if (!isSelectList(stream, i + 1)) return 0;
  const next = stream.at(i + 1);
  const plain = stream.isName(i + 1) && !stream.isCall(i + 1);
  if (loud) return 1;
  if (plain) return hasSoon(stream, i + 2, ['where', 'limit', 'union', '=']) ? 1 : 0.5;
  if (/^0x/i.test(next)) return 1;
  if (stream.isLiteral(i + 1)) return hasSoon(stream, i + 2, ['from', 'where', '=']) ? 1 : 0.5;
  return next === '*' || hasSoon(stream, i + 2, ['from']) || stream.isCall(i + 1) ? 1 : 0.5;
}

/** What follows `select` and is no word of a sentence. */
export function isSelectList(stream: SqlStream, from: number): boolean {
  let i = from;
  while (['all', 'distinct', 'top'].includes(stream.at(i))) i += 1;
  const text = stream.at(i);
  if (text === '*' || text === '(' || text === '.' || text === '-' || text === 'case') return true;
  if (stream.kind(i) === 'string') return !stream.isOpen(i) || goesOn(stream, i);
  if (stream.isLiteral(i) || stream.isCall(i)) return true;
  if (!stream.isName(i)) return false;
  const next = stream.at(i + 1);
  return next === ',' || next === '.' || (next === 'from' && stream.isName(i + 2) && i === from);
}

function hasSoon(stream: SqlStream, from: number, texts: readonly string[]): boolean {
  for (let i = from; i < from + 24; i++) if (texts.includes(stream.at(i))) return true;
  return false;
}
