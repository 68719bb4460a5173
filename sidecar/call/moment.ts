/** What conditions know of a call beside what it says: when it is decided on, and in which session. */
import type { Clock } from '../../core/clock.ts';
import { factsOf, type Moment } from '../../core/policy/context.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Facts } from '../../core/conditions/frame.ts';
import type { Call } from './call.ts';

/** The same for all that is asked of it. */
export function momentOf(call: Call, clock: Pick<Clock, 'now'>): Moment {
  return (call.course.moment ??= momentOfAnswer(call, clock));
}

/** What its server says is decided on when it comes: a stream stays open for days, and a handshake has no session before. */
export function momentOfAnswer({ sessionId, answeredIn }: Call, clock: Pick<Clock, 'now'>): Moment {
  const session = answeredIn === undefined ? undefined : { id: sessionId ?? '', protocol: answeredIn.version };
  return { now: clock.now(), session };
}

/** All that conditions know of a call whose client says something. */
export function factsOfCall(call: Call, policy: Policy, clock: Pick<Clock, 'now'>): Facts {
  return factsOf(policy, call.principal, momentOf(call, clock));
}

/** All that they know of it where its client is asked, or hears, something. */
export function factsOfAnswer(call: Call, policy: Policy, clock: Pick<Clock, 'now'>): Facts {
  return factsOf(policy, call.principal, momentOfAnswer(call, clock));
}
