/** For whoever compiles packs that were admitted. */
import type { Expression } from './expression.ts';
import { isMistake, parseAmount, parseCondition } from './parse.ts';
import type { Subject } from './variables.ts';

/** What no gate can evaluate, and so fails at each call. */
const NEVER: Expression = ['name', ''];

/** The expression of a condition, or of an amount; of one that should not have been admitted, one that fails. */
export function readCondition(text: string, subject: Subject, comesTo?: 'Number'): Expression {
  const parsed = comesTo === 'Number' ? parseAmount(text, subject) : parseCondition(text, subject);
  return isMistake(parsed) ? NEVER : parsed;
}
