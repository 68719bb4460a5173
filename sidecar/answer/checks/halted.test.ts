import { expect, it } from 'vitest';
import { ada } from '../../../core/policy/testing/gen.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import type { Answer } from '../check.ts';
import { stopHalted } from './halted.ts';

const HALTED = policyOf({ ...ALLOW_ALL, halt: { reason: 'incident 4711', by: 'carol', tools: ['exp*'] } });

function ruling(terms: object | undefined, policy = HALTED) {
  return stopHalted({
    call: { principal: ada },
    gate: { policy: { current: () => policy } },
    terms,
  } as unknown as Answer);
}

it.each<[what: string, terms: object | undefined, isStopped: boolean]>([
  ['of a halted tool', { tool: 'export' }, true],
  ['about a task of a halted tool', { taskTool: 'export' }, true],
  ['of another tool', { tool: 'echo' }, false],
  ['to a call of no tool', {}, false],
  ['to nothing that is known', undefined, false],
])('an answer %s: stopped is %j', (_what, terms, isStopped) => {
  expect(ruling(terms) !== undefined).toBe(isStopped);
  expect(ruling(terms, policyOf(ALLOW_ALL))).toBeUndefined();
});

it('what is said in its place says that the server has answered, who has halted it, and why', () => {
  expect(ruling({ tool: 'export' })).toMatchObject({
    stop: {
      reason: 'halted',
      message: expect.stringContaining(
        'its answer is withheld: carol has halted the tools exp* (incident 4711)',
      ) as string,
    },
  });
});
