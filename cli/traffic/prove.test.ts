import { describe, expect, it } from 'vitest';
import type { TrafficCall } from '../../core/traffic/line.ts';
import type { Shape } from '../../core/traffic/shape.ts';
import { ObservedTraffic } from '../../core/traffic/suggest/observed.ts';
import { reads } from '../testing/traffic-file.ts';
import { Progress } from './progress.ts';
import { prove, type Proven } from './prove.ts';

const PLACE = { name: 'suggested', namespace: 'default', targets: undefined };
const members = (said: Record<string, Shape>): Shape => ({ is: 'object', members: said });

async function proven(...calls: TrafficCall[]): Promise<Proven> {
  const observed = new ObservedTraffic();
  for (const call of calls) observed.add(call);
  return prove(observed, PLACE, new Progress(() => {}));
}

describe('what is suggested', () => {
  it('lets pass what was seen, and none of what is nearly that', async () => {
    const { cases, dropped, loose, unproven } = await proven(
      reads(),
      reads({ name: 'save', arguments: members({ mode: { is: 'value', value: 'fast' } }) }),
    );
    expect([dropped, loose, unproven]).toEqual([[], [], []]);
    expect(new Set(cases.map(({ said }) => said.expect))).toEqual(new Set(['Allow', 'Deny']));
  });

  it('does without a check that does not hold for what was seen', async () => {
    // Named as the only host there is, one that leads inside is allowed; a metadata service never is.
    const metadata = members({
      url: { is: 'url', scheme: 'http', host: '169.254.169.254' },
      note: { is: 'text', chars: 8 },
    });
    const { rules, dropped, unproven } = await proven(reads({ name: 'fetch', arguments: metadata }));
    expect(unproven).toEqual([]);
    if (dropped.length > 0)
      expect([dropped, rules[0]?.arguments['url']]).toEqual([[{ rule: 'fetch', parameter: 'url' }], undefined]);
  });

  it('does without a check in a list, too', async () => {
    const list: Shape = { is: 'array', items: [{ is: 'text', chars: 64, type: 'identifier' }], count: 1 };
    const { cases, unproven } = await proven(reads({ name: 'save', arguments: members({ ids: list }) }));
    expect(unproven).toEqual([]);
    expect(cases.length).toBeGreaterThan(3);
  });
});

it('a schema that is not kept by name does not stand in the way', async () => {
  const { unproven } = await proven(reads({ arguments: { is: 'object', members: {}, left: 3 } }));
  expect(unproven).toEqual([]);
});
