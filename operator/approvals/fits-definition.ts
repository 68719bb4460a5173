/** Whether a request is about the tool as its server defines it now: as the gate that asks has it, and as the pins have it. Pure. */
import { type CallSubject, targetOf } from '../../core/api/approval-request.ts';
import { isSameDefinition } from '../../core/policy/same-definition.ts';
import type { Pin } from '../definitions/pin.ts';

/** `pin`: digest of the definition that the gate knows; undefined where it knows of none. `pins`: of the server; none where no pack has any. */
export function fitsDefinition(
  asked: CallSubject | undefined,
  pin: string | undefined,
  pins: readonly Pick<Pin, 'kind' | 'name' | 'refused'>[],
): boolean {
  if (asked === undefined) return false;
  if (!isSameDefinition(asked.pin, pin)) return false;
  const known = asked.pin ?? pin;
  const { kind, name } = targetOf(asked);
  // A person has looked at what the server says now, and does not want it.
  return !pins.some(
    (one) => one.kind === kind && one.name === name && known !== undefined && one.refused.includes(known),
  );
}
