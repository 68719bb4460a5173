import { describe, expect, it } from 'vitest';
import type { Principal } from '../../core/policy/principal.ts';
import { LateOwners } from './late-owners.ts';

const ada: Principal = { kind: 'token', name: 'ada', groups: [] };
const bob: Principal = { kind: 'token', name: 'bob', groups: [] };
const LATE_MS = 1_000;
const owners = (...added: [principal: Principal | undefined, at: number][]): LateOwners => {
  const late = new LateOwners(LATE_MS);
  for (const [principal, at] of added) late.add(principal, at);
  return late;
};

describe('what still comes of calls that were given up', () => {
  it.each<[name: string, late: LateOwners, principal: Principal | undefined, now: number, isOnly: boolean]>([
    ['nothing can come where nothing was given up', owners(), ada, 0, true],
    ['a call of its own may still speak to it', owners([ada, 0]), ada, 1, true],
    ['a call of another one must not', owners([bob, 0]), ada, 1, false],
    ['nor one of another one beside its own', owners([ada, 0], [bob, 0]), ada, 1, false],
    ['a call of nobody known is another’s', owners([undefined, 0]), ada, 1, false],
    ['to nobody known nothing must come, not even what may be its own', owners([undefined, 0]), undefined, 1, false],
    ['until nothing can come any more', owners([bob, 0]), ada, LATE_MS, true],
    ['counted from the last one that was given up', owners([bob, 0], [bob, 500]), ada, LATE_MS + 499, false],
  ])('%s', (_name, late, principal, now, isOnly) => {
    expect(late.areOnly(principal, now)).toBe(isOnly);
  });
});
