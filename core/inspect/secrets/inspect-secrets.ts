/** A secret in a value, as a finding. */
import { type Finding, evidenceOf } from '../finding.ts';
import { GENERIC, type Secret, findSecrets } from './secrets.ts';

/** Of a kind that is known by its shape; or known only by what it is assigned to, and by its looks. */
export const SECRET_REASONS = ['known-secret', 'generic-secret'] as const;

/** The first of them. */
export function inspectSecrets(value: string): Finding | undefined {
  const [secret] = findSecrets(value);
  if (secret === undefined) return undefined;
  const { rule, start, end } = secret;
  return {
    detector: 'secrets',
    reason: rule === GENERIC ? 'generic-secret' : 'known-secret',
    message: `It contains what looks like a secret (${rule}). Leave it out, or name where it is kept.`,
    span: { start, end },
    evidence: masked(value, secret),
  };
}

const SHOWN = 4;

/** Its first characters, which are those of its kind in most; never more than a fifth. */
function masked(value: string, { start, end }: Secret): string {
  const length = end - start;
  return `${evidenceOf(value.slice(start, start + Math.min(SHOWN, Math.floor(length / 5))))}… (${length} characters)`;
}
