import { describe, expect, it } from 'vitest';

import type { Refusal } from '../../core/mcp/refusals.ts';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { Holds } from '../memory/holds.ts';
import { type Doing, InFlight, type InFlightCall } from '../memory/in-flight.ts';
import { Place } from '../memory/in-order.ts';
import { Streams } from '../memory/streams.ts';
import { endHalted } from './end-halted.ts';

const MAIL: Doing = { principal: ada, targets: [{ kind: 'tool', name: 'send_mail', args: undefined }] };
const READ: Doing = { principal: ada, targets: [{ kind: 'tool', name: 'read', args: undefined }] };
const EVERYTHING = { held: ['send_mail', 'read'], sent: ['send_mail', 'read'], streams: 1 };

const never = (): never => expect.fail('nobody asked for this');

function endedBy(policy: Policy | undefined) {
  const [holds, inFlight, streams] = [new Holds(100), new InFlight(), new Streams()];
  const ended = { held: [] as string[], sent: [] as string[], streams: 0 };
  for (const doing of [MAIL, READ]) {
    const name = doing.targets[0]?.name ?? '';
    const refuse = (why: Refusal): void => {
      expect(why.message).toMatch(/^Not executed: ada has halted/);
      ended.held.push(name);
    };
    const call = { id: 1, conversation: undefined, session: undefined, doing };
    holds.add(call, { cancel: never, abandon: never, refuse }, 1);
    const interrupt = (why: Refusal): void => {
      expect(why.message).toMatch(/^The server may have executed the call/);
      ended.sent.push(name);
    };
    inFlight.add(new Place<InFlightCall>({ doing, interrupt }));
  }
  // Another gate decides on it.
  inFlight.add(new Place<InFlightCall>({ doing: undefined, interrupt: never }));
  streams.add({
    ...{ principal: ada, session: undefined, subscriptionId: undefined, awaitsAnswers: false },
    ...{ changes: { tools: false, prompts: false, resources: false } },
    ...{ write: never, isStillProven: () => true, end: () => ended.streams++ },
  });
  endHalted({ holds, inFlight, streams }, policy);
  return ended;
}

const halting = (halt: object) => policyOf(pack({ halt: { reason: 'incident', by: 'ada', ...halt } }));

describe('what is halted ends', () => {
  it.each([
    ['nothing, without a policy', undefined, { held: [], sent: [], streams: 0 }],
    ['nothing, where nothing is halted', policyOf(pack({})), { held: [], sent: [], streams: 0 }],
    ['everything', halting({}), EVERYTHING],
    ['everything of a principal', halting({ principals: { names: [ada.name] } }), EVERYTHING],
    ['nothing of others', halting({ principals: { names: ['bob'] } }), { held: [], sent: [], streams: 0 }],
    ['a tool', halting({ tools: ['send_*'] }), { held: ['send_mail'], sent: ['send_mail'], streams: 0 }],
  ])('%s', (_what, policy, ended) => expect(endedBy(policy)).toEqual(ended));
});
