/** Names of approvals: readable, and valid as the name of a Kubernetes object (RFC 1123 label). */
import { randomInt } from 'node:crypto';
import type { ApprovalSubject } from './approval.ts';

/** Without vowels and look-alikes, as Kubernetes' own generated names. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 6;
const MAX_PREFIX = 56;

export function newApprovalName({ server, target }: ApprovalSubject): string {
  const words = `${server}-${target.name}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const prefix = words.slice(0, MAX_PREFIX).replaceAll(/^-+|-+$/g, '');
  let suffix = '';
  for (let i = 0; i < SUFFIX_LENGTH; i++) suffix += ALPHABET[randomInt(ALPHABET.length)];
  return `${prefix === '' ? 'call' : prefix}-${suffix}`;
}
