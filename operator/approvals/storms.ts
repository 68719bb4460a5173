/**
 * What becomes of a principal that asks more than a person can weigh. When no more of its calls may wait, one request asks whether to halt
 * it. Approved, it stands for a while: what waits of that principal is withdrawn, and what comes is refused. Nobody has to say no twenty
 * times, and whoever approves without reading halts more than they had to, which harms nothing. Pure.
 */
import { callOf, stormOf, targetOf } from '../../core/api/approval-request.ts';
import { MAX_STORM_TOOLS } from '../../core/api/approval-storm.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import { sha256 } from '../../core/digest.ts';
import { shownAnywhereWithin } from '../../core/shown/anywhere.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { requestName } from './name.ts';
import { callerIn, isOpen, type NewSpec, stateOf } from './request.ts';

/** Long enough to look for what goes on in the agent, and a loop is over by then or asks again. */
const HALT_MS = 3_600_000;
const MAX_TOOL = 256;

/** Calls of the principal (see `callerIn`) that nobody has decided on; `requests`: of the server. */
export function waitingOf(requests: Iterable<StoredRequest>, principal: string): StoredRequest[] {
  return [...requests].filter(
    (request) =>
      callOf(request) !== undefined && stateOf(request) === 'Pending' && callerIn(request.spec.principal) === principal,
  );
}

/** The question about this principal that stands: waits, was answered with yes, or with no. */
export function openStorm(
  requests: Iterable<StoredRequest>,
  principal: string,
  now: number,
): StoredRequest | undefined {
  return [...requests].find(
    (request) =>
      stormOf(request) !== undefined && callerIn(request.spec.principal) === principal && isOpen(request, now),
  );
}

export function isHalt(storm: StoredRequest | undefined): storm is StoredRequest {
  return storm !== undefined && stateOf(storm) === 'Approved';
}

/** At least one waits. `now`: milliseconds since the epoch. */
export function stormRequest(
  waiting: readonly [StoredRequest, ...StoredRequest[]],
  now: number,
): { readonly name: string; readonly spec: NewSpec } {
  const [{ metadata, spec: one }] = waiting;
  const { server, principal, rule, revision } = one;
  const names = waiting.flatMap((request) => {
    const call = callOf(request);
    return call === undefined ? [] : [shownAnywhereWithin(targetOf(call).name, MAX_TOOL)];
  });
  // By the hour, so that replicas that ask at once ask one question.
  const until = Math.ceil(now / HALT_MS) * HALT_MS + HALT_MS;
  const expiresAt = new Date(until).toISOString();
  const digest = sha256(
    canonicalJson({ halt: callerIn(principal), server, namespace: metadata.namespace ?? '', expiresAt }),
  );
  return {
    name: requestName({ key: digest, server, target: 'halt', revision: '' }, 0),
    spec: {
      server,
      subject: {
        type: 'Storm',
        storm: { waiting: waiting.length, tools: [...new Set(names)].slice(0, MAX_STORM_TOOLS), digest },
      },
      principal,
      reason: `${waiting.length} calls of this caller wait for a person, as many as may. Approve to halt it: they are withdrawn, and what it calls that needs a person is refused until this expires. Deny to let them wait`,
      rule,
      revision,
      expiresAt,
    },
  };
}
