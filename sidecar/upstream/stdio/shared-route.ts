/** Which client a message of a shared server is for, if it says so at all; one that may be for several is for none. */
import type { JsonView } from '../../../core/mcp/json-view.ts';
import { isObject } from '../../../core/mcp/message.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import type { LateOwners } from '../../memory/late-owners.ts';
import { remapProgress, remapSubscription } from './remap.ts';
import type { Calls, SharedCall } from './shared-call.ts';
import { CANCELLED, LOG, PROGRESS, SUBSCRIPTION_ID } from './words.ts';

export interface Route {
  /** Of the call that it is for. */
  readonly gateId: number;
  /** In the words of its client; undefined when it ends a subscription. */
  readonly message: Buffer | undefined;
}

export interface Said {
  readonly method: string;
  readonly params: JsonView | undefined;
  readonly line: Buffer;
}

/** `late`: who may still be meant, though the call is gone; `now` in monotonic milliseconds. */
export function routeOf(
  calls: Calls,
  { method, params, line }: Said,
  late: LateOwners,
  now: number,
): Route | undefined {
  const open = (gateId: unknown, message: (call: SharedCall) => Buffer | undefined): Route | undefined => {
    const call = typeof gateId === 'number' ? calls.get(gateId) : undefined;
    return call === undefined ? undefined : { gateId: gateId as number, message: message(call) };
  };
  switch (method) {
    case PROGRESS: {
      const route = open(params?.value('progressToken'), ({ token }) =>
        token === undefined ? undefined : remapProgress(line, token),
      );
      return route?.message === undefined ? undefined : route;
    }
    case CANCELLED: {
      const gateId = params?.value('requestId');
      return listens(calls, gateId) ? open(gateId, () => undefined) : undefined;
    }
    case LOG: {
      const gateId = logsFor(calls, late, now);
      return open(gateId, () => line);
    }
    default: {
      const meta = params?.value('_meta');
      const gateId = isObject(meta) ? meta[SUBSCRIPTION_ID] : undefined;
      return listens(calls, gateId) ? open(gateId, ({ id }) => remapSubscription(line, id)) : undefined;
    }
  }
}

function listens(calls: Calls, gateId: unknown): boolean {
  return typeof gateId === 'number' && calls.get(gateId)?.listens === true;
}

/**
 * The newest call that asked for logs. A log message does not say whose it is, so it reaches somebody only where all that it can belong to
 * is one principal's: calls that asked for logs, and those that did and were given up lately.
 */
function logsFor(calls: Calls, late: LateOwners, now: number): number | undefined {
  const asked = [...calls].filter(([, { wantsLogs }]) => wantsLogs);
  const newest = asked.at(-1);
  if (newest === undefined) return undefined;
  const [gateId, { owner }] = newest;
  if (asked.length === 1 && late.areOnly(undefined, now)) return gateId;
  return asked.every(([, call]) => call.isOf(owner)) && late.areOnly(provenOnly(owner), now) ? gateId : undefined;
}

/** Callers that proved nothing have one name and are many. */
function provenOnly(owner: Principal | undefined): Principal | undefined {
  return owner?.kind === 'anonymous' ? undefined : owner;
}
