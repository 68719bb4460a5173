/** What is left of a limit for one gate alone, while nobody knows what the others let through. */
import type { Op, Wanted } from '../../../../core/history/ops.ts';

/** Rounded down, so that all of them together never let more through; of a limit below their number that is nothing. */
export function divided(wanted: readonly Wanted[], gates: number): readonly Wanted[] {
  return gates === 1 ? wanted : wanted.map(({ op, isAsked }) => ({ op: part(op, gates), isAsked }));
}

function part(op: Op, gates: number): Op {
  switch (op.kind) {
    case 'window':
    case 'period':
      return op.limit === undefined ? op : { ...op, limit: Math.floor(op.limit / gates) };
    case 'lease':
      return { ...op, limit: Math.floor(op.limit / gates) };
    case 'clear':
    case 'release':
    case 'mark':
    case 'unmark':
    case 'whether':
    case 'prints':
    case 'printed':
    case 'keep':
    case 'kept':
    case 'points':
    case 'average':
      return op;
  }
}
