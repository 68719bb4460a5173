import { expect, it } from 'vitest';
import { tool } from '../../../core/policy/testing/gen.ts';
import { judgingMessage, requestOf } from '../../testing/calls.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { testTraffic } from '../../testing/traffic.ts';
import { noteTraffic } from './note-traffic.ts';

const calling = () =>
  judgingMessage({
    message: requestOf('tools/call'),
    judgement: { targets: [tool('get_a', { path: '/data/x.txt' })] },
  });

it('notes what is about to be decided on, once', () => {
  const { traffic } = testTraffic(new FakeClock());
  const call = calling();
  expect(noteTraffic(call, { traffic })).toBeUndefined();
  const noted = call.course.traffic;
  expect(noted).toMatchObject({ call: 1, shape: { members: { path: { under: '/data' } } } });
  noteTraffic(call, { traffic });
  expect(call.course.traffic).toBe(noted);
});

it('notes nothing where nothing is recorded any more, or ever, or nothing is decided on', () => {
  const clock = new FakeClock();
  const { traffic } = testTraffic(clock);
  const listing = judgingMessage({ message: requestOf('tools/list') });
  noteTraffic(listing, { traffic });
  const [none, late] = [calling(), calling()];
  noteTraffic(none, {});
  clock.advance(3_600_000);
  noteTraffic(late, { traffic });
  expect([listing, none, late].map(({ course }) => course.traffic)).toEqual([undefined, undefined, undefined]);
});
