import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
import { callLimitsSchema, compileCallLimits, limitsOfBoth } from './call-limits.ts';

type Limits = Parameters<typeof pack>[0]['limits'];
const compiled = (limits: Limits) => compileCallLimits('finance/payments', pack({ limits }).spec);

const BURST = { name: 'burst', calls: 60, window: '1m' };
const only = (limits: Limits) => compiled(limits).callLimits?.[0] ?? expect.fail();
const burst = only({ rate: [BURST] });
const tighter = only({ rate: [{ ...BURST, calls: 6 }] });

describe('limits on calls in a bundle', () => {
  it('are absent where a pack has none, whatever else it limits', () => {
    expect(compiled({ body: '1Mi' })).toEqual({});
    expect(compiled(undefined)).toEqual({});
  });

  it('are one list, in milliseconds and bytes, and can be read again', () => {
    const { callLimits } = compiled({
      rate: [{ ...BURST, per: ['tool', 'principal', 'tool'], tools: ['b', 'a', 'b'], mode: 'Shadow' }],
      concurrent: [{ calls: 5 }],
      resultBytes: [{ bytes: '1Ki', window: '1h' }],
      loops: [
        { identical: 10, window: '5m', principals: { names: ['ada'] } },
        { failing: 5, window: '5m' },
      ],
    });
    expect(callLimits).toMatchObject([
      {
        ...{ kind: 'rate', id: 'finance/payments#burst', per: ['principal', 'tool'], tools: ['a', 'b'], calls: 60 },
        ...{ windowMs: 60_000, mode: 'Shadow', principals: null },
      },
      { kind: 'concurrent', id: 'finance/payments#limits.concurrent[0]', tools: null, calls: 5, mode: 'Enforce' },
      { kind: 'resultBytes', id: 'finance/payments#limits.resultBytes[0]', bytes: 1024, windowMs: 3_600_000 },
      { kind: 'identical', id: 'finance/payments#limits.loops[0]', times: 10, principals: { names: ['ada'] } },
      { kind: 'failing', id: 'finance/payments#limits.loops[1]', times: 5, per: ['session'] },
    ]);
    expect(callLimitsSchema.parse(callLimits)).toEqual(callLimits);
  });
});

describe('of two versions of a pack', () => {
  it('both hold, since they only ever restrict', () => {
    expect(limitsOfBoth([burst], [tighter])).toEqual({ callLimits: [burst, tighter] });
  });

  it('what both say is said once', () => {
    expect(limitsOfBoth([burst], [burst])).toEqual({ callLimits: [burst] });
  });

  it('what neither says is absent', () => {
    expect(limitsOfBoth(undefined, [])).toEqual({});
    expect(limitsOfBoth(undefined, [burst])).toEqual({ callLimits: [burst] });
  });
});
