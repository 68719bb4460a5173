/**
 * What was decided before on calls like a new one: of the same principal, to the same tool of the same server. Who reads that ninety were
 * approved and nothing but a date is other decides on the date. Pure.
 */
import { MAX_SHOWN_DIFFERS, MAX_SHOWN_POINTER, type ShownBefore } from '../../core/api/approval-shown.ts';
import { callOf, type CallSubject, targetOf } from '../../core/api/approval-request.ts';
import { sha256 } from '../../core/digest.ts';
import { diffDefinitions } from '../../core/inspect/definitions/diff.ts';
import { shownAnywhereWithin } from '../../core/shown/anywhere.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { callerIn, stateOf } from './request.ts';

const GROUP_LENGTH = 16;

export interface LikeCall {
  readonly server: string;
  /** As `callerIn` has it. */
  readonly principal: string;
  readonly call: Pick<CallSubject, 'tool' | 'resource' | 'prompt'>;
}

/** Value of the label by which requests that are alike are found together. */
export function groupOf({ server, principal, call }: LikeCall): string {
  const { kind, name } = targetOf(call as CallSubject);
  const hash = sha256(JSON.stringify([server, principal, kind, name]));
  return hash.slice('sha256:'.length, 'sha256:'.length + GROUP_LENGTH);
}

export interface Before {
  readonly shown: Pick<ShownBefore, 'approved' | 'denied' | 'waiting' | 'last' | 'request'>;
  /** The last that was approved, as caches have it. */
  readonly last: StoredRequest | undefined;
}

/** `requests`: of the server, all that are kept. */
export function beforeOf(requests: Iterable<StoredRequest>, like: LikeCall): Before {
  const group = groupOf(like);
  let [approved, denied, waiting] = [0, 0, 0];
  let last: StoredRequest | undefined;
  for (const request of requests) {
    const call = callOf(request);
    const { server, principal } = request.spec;
    if (call === undefined || callerIn(principal) !== like.principal) continue;
    if (groupOf({ server, principal: like.principal, call }) !== group) continue;
    const state = stateOf(request);
    if (state === 'Pending') waiting++;
    else if (state === 'Denied') denied++;
    else if (state === 'Approved' || state === 'Consumed') {
      approved++;
      if (last === undefined || decidedAt(request) > decidedAt(last)) last = request;
    }
  }
  const at = last?.status?.decidedAt;
  return {
    last,
    shown: {
      ...{ approved, denied, waiting },
      ...(at === undefined ? {} : { last: at }),
      ...(last === undefined ? {} : { request: last.metadata.name }),
    },
  };
}

/** JSON pointers of what is other, as far as both are shown. What is redacted in both is not compared: a placeholder hides what it stands for. */
export function differingIn(before: CallSubject, now: CallSubject): string[] {
  const { changes } = diffDefinitions(before.preview, now.preview, MAX_SHOWN_DIFFERS);
  return changes.map(({ pointer }) => shownAnywhereWithin(pointer === '' ? '/' : pointer, MAX_SHOWN_POINTER));
}

function decidedAt({ status }: StoredRequest): number {
  return Date.parse(status?.decidedAt ?? '') || 0;
}
