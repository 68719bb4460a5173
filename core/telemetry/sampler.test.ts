import { describe, expect, it } from 'vitest';
import { SAMPLERS, isSampled, readSampler } from './sampler.ts';
import type { TraceParent } from './trace-context.ts';

const IDS = Array.from({ length: 4000 }, (_, i) => {
  const word = ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0');
  return `${word}000000000000000000000001`;
});
const parent = (sampled: boolean): TraceParent => ({ traceId: '1', spanId: '2', sampled, state: undefined });

function share(name: string | undefined, arg?: string, of?: TraceParent): number {
  const { sampler } = readSampler(name, arg);
  return IDS.filter((id) => isSampled(sampler, id, of)).length / IDS.length;
}

describe('a sampler', () => {
  it.each([
    [undefined, undefined, 1],
    ['', undefined, 1],
    ['always_on', undefined, 1],
    ['always_off', undefined, 0],
    ['parentbased_always_off', undefined, 0],
    ['traceidratio', '0', 0],
    ['traceidratio', '1', 1],
    ['parentbased_traceidratio', undefined, 1],
  ])('%s %s', (name, arg, wanted) => {
    expect(share(name, arg)).toBe(wanted);
  });

  it.each([0.1, 0.5, 0.9])('takes %d of the traces, and always the same', (ratio) => {
    expect(share('traceidratio', String(ratio))).toBeCloseTo(ratio, 1);
    const { sampler } = readSampler('traceidratio', String(ratio));
    for (const id of IDS.slice(0, 50)) {
      expect(isSampled(sampler, id, undefined)).toBe(isSampled(sampler, id, undefined));
    }
  });

  it('does as the parent says, where it is asked to', () => {
    expect(share('parentbased_always_off', undefined, parent(true))).toBe(1);
    expect(share(undefined, undefined, parent(false))).toBe(0);
    expect(share('parentbased_traceidratio', '0', parent(true))).toBe(1);
    expect(share('always_on', undefined, parent(false))).toBe(1);
    expect(share('traceidratio', '0', parent(true))).toBe(0);
  });

  it.each(['-0.1', '1.1', 'x', 'NaN'])('says that %s is no share', (arg) => {
    const { sampler, problem } = readSampler('traceidratio', arg);
    expect([isSampled(sampler, IDS[1] ?? '', undefined), problem]).toEqual([true, expect.stringContaining(arg)]);
  });

  it('says that a name is none, and which there are', () => {
    expect(readSampler('jaeger_remote', undefined).problem).toMatch(/jaeger_remote.*parentbased_traceidratio/);
  });
});

it.each(SAMPLERS)('%s is one', (name) => {
  expect(readSampler(name, '1').problem).toBeUndefined();
});
