/**
 * The name of a request follows from the call, so that two replicas of a server, or of the operator, that are asked at once come to
 * one name, and the API server lets only one of them create it.
 */
import { sha256 } from '../../core/digest.ts';

const HASH_LENGTH = 10;
const MAX_PREFIX = 52;

export interface NamedCall {
  readonly key: string;
  readonly server: string;
  readonly target: string;
  readonly revision: string;
}

/** `attempt` counts the requests of the same call that are settled already. Readable, and a DNS label (RFC 1123). */
export function requestName({ key, server, target, revision }: NamedCall, attempt: number): string {
  const words = `${server}-${target}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const prefix = words.slice(0, MAX_PREFIX).replaceAll(/^-+|-+$/g, '');
  const hash = sha256(`${key} ${revision} ${attempt}`).slice('sha256:'.length, 'sha256:'.length + HASH_LENGTH);
  return `${prefix === '' ? 'call' : prefix}-${hash}`;
}
