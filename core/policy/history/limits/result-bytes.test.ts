import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, policyOf } from '../../testing/gen.ts';
import { Timeline } from '../testing/timeline.ts';

const WINDOW_MS = 7000;
const LIMIT = 2048;
const under = () => new Timeline(policyOf(pack({ limits: { resultBytes: [{ bytes: '2Ki', window: '7s' }] } })));

describe('bytes of results', () => {
  it('are those of answers, errors too, and let the last call go beyond', () => {
    const timeline = under();
    timeline.call().answers({ bytes: LIMIT - 1 });
    timeline.call().answers({ ok: false, bytes: 90_000 });
    expect(timeline.call().against[0]?.limited).toMatchObject({ limit: LIMIT, unit: 'content-bytes', remaining: 0 });
  });

  it('of a call that is not answered are none', () => {
    const timeline = under();
    for (let i = 0; i < 5; i++) timeline.call().ends();
    expect(timeline.call().left).toMatchObject([{ remaining: LIMIT }]);
  });

  it('of calls that are under way together all count for the next', () => {
    const timeline = under();
    const open = [timeline.call(), timeline.call(), timeline.call()];
    for (const one of open) one.answers({ bytes: LIMIT });
    expect(timeline.passes()).toBe(false);
  });

  it('are never asked for while a whole limit of them came within the window', () => {
    const events = fc.array(fc.tuple(fc.nat({ max: 4000 }), fc.nat({ max: 1500 })), { maxLength: 80 });
    fc.assert(
      fc.property(events, (all) => {
        const timeline = under();
        const came: { readonly at: number; readonly bytes: number }[] = [];
        for (const [ms, bytes] of all) {
          timeline.after(ms);
          const played = timeline.call();
          const sum = came.filter(({ at }) => at > timeline.now - WINDOW_MS).reduce((all_, one) => all_ + one.bytes, 0);
          if (sum >= LIMIT) expect(played.against).toHaveLength(1);
          if (played.against.length > 0) continue;
          played.answers({ bytes });
          came.push({ at: timeline.now, bytes });
        }
      }),
    );
  });
});
