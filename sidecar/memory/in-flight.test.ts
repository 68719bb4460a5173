import { expect, it } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { InFlight, type InFlightCall } from './in-flight.ts';
import { Place } from './in-order.ts';

it('every call that the server has is interrupted once, and takes itself out while it is', () => {
  const inFlight = new InFlight();
  const why = refuse('draining', 'call again in a moment');
  const told: string[] = [];
  const call = (name: string): Place<InFlightCall> => {
    const self = new Place<InFlightCall>({
      doing: undefined,
      interrupt(refusal) {
        told.push(`${name}: ${refusal.reason}`);
        inFlight.delete(self);
      },
    });
    inFlight.add(self);
    return self;
  };
  call('a');
  inFlight.delete(call('answered'));
  call('b');
  expect(inFlight.size).toBe(2);
  inFlight.interruptAll(why);
  inFlight.interruptAll(why);
  expect([told, inFlight.size]).toEqual([['a: draining', 'b: draining'], 0]);
});
