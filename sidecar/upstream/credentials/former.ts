/** A key that is replaced may still be said by a server that keeps it: that many of those before are watched for, too. */
import type { Secret } from '../../../core/credentials/secret.ts';

const MAX_FORMER = 2;

/** With the newest first. The same list where it is in force already. */
export function withNewest(common: readonly Secret[], newest: Secret): readonly Secret[] {
  if (common[0]?.value === newest.value) return common;
  return [newest, ...common.filter(({ value }) => value !== newest.value)].slice(0, 1 + MAX_FORMER);
}
