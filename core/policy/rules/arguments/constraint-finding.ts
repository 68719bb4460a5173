/** What is found where a value is not what its rule asks for, whatever detector looks at it besides. */
import type { Finding } from '../../../inspect/finding.ts';

export const CONSTRAINT_REASONS = [
  'type',
  'enum',
  'pattern',
  'max-length',
  'min',
  'max',
  'required',
  'forbidden',
] as const;

/** Nothing of the value is shown: what breaks a constraint may be a secret in the wrong place. */
export function constraintFinding(reason: (typeof CONSTRAINT_REASONS)[number], message: string): Finding {
  return { detector: 'constraint', reason, message, span: undefined, evidence: '' };
}
