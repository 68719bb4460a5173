/** What conditions know of a call beside what it says: when it is decided on, and in which session. The same for all that is asked of it. */
import type { Clock } from '../../core/clock.ts';
import { factsOf, type Moment } from '../../core/policy/context.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Facts } from '../../core/conditions/frame.ts';
import type { Call } from './call.ts';

export function momentOf({ course, sessionId, answeredIn }: Call, clock: Pick<Clock, 'now'>): Moment {
  const known = course.moment;
  if (known !== undefined) return known;
  const session = answeredIn === undefined ? undefined : { id: sessionId ?? '', protocol: answeredIn.version };
  return (course.moment = { now: clock.now(), session });
}

/** All that conditions know of a call whose client is asked, or hears, something. */
export function factsOfCall(call: Call, policy: Policy, clock: Pick<Clock, 'now'>): Facts {
  return factsOf(policy, call.principal, momentOf(call, clock));
}
