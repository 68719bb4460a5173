import { expect, it, vi } from 'vitest';
import { refuse } from '../../../core/mcp/refusals.ts';
import type { Later } from '../../memory/history/history.ts';
import { Looking } from './looking.ts';

const NOTHING: Later = { done: (callback) => queueMicrotask(() => callback({ holds: true, seen: [] })) };

it.each([undefined, refuse('limited')])('goes on with what is made of what was found: %s', async (refusal) => {
  const looking = new Looking(NOTHING, () => refusal, { error: (): never => expect.fail() });
  expect(await new Promise((resolve) => looking.begin(resolve))).toBe(refusal);
});

it('ends in a refusal where what was found cannot be weighed, since nobody else would hear of it', async () => {
  const log = { error: vi.fn() };
  const found = (): never => {
    throw new RangeError('Invalid time value');
  };
  const refusal = await new Promise((resolve) => new Looking(NOTHING, found, log).begin(resolve));
  expect(refusal).toMatchObject({ reason: 'internal-error' });
  expect(log.error).toHaveBeenCalledTimes(1);
});
