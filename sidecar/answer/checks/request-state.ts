/** The state of a server that keeps none itself goes out sealed to whom it was given (MCP, Security Best Practices, State Handle Hijacking). */
import { serverOf } from '../../policy/source.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';

export function sealState({ offers, result, call, gate }: Answer): Ruling {
  const { requestState } = offers;
  const { principal, policy } = call;
  if (requestState === undefined || result === undefined) return undefined;
  const state = result.string('requestState');
  if (state === undefined) throw new UnreadableMessage('its "requestState" is no string');
  if (principal === undefined || policy === undefined)
    throw new UnreadableMessage('its "requestState" is for nobody known');
  const sealed = gate.seal.seal(state, principal, serverOf(policy));
  return { edits: [{ span: requestState, text: JSON.stringify(sealed) }] };
}
