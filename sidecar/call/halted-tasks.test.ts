import { describe, expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import { RELATED_TASK } from '../../core/mcp/revisions/tasks.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import { ALLOW_ALL, type PackSpec, policyOf } from '../../test/support/policy.ts';
import { TaskTable } from '../memory/tasks.ts';
import { haltOfAsk, haltOfNotice, haltOfTask, haltOfTool } from './halted-tasks.ts';

const bob = { ...ada, name: 'bob' };
const tasks = new TaskTable();
tasks.begun('exporting', ada, 'export');
tasks.begun('reading', ada, 'get_a');
tasks.begun('other', ada, undefined);
const halting = (halt: Partial<NonNullable<PackSpec['halt']>>) =>
  policyOf({ ...ALLOW_ALL, halt: { reason: 'incident 4711', ...halt } });
const under = (policy: Policy | undefined) => ({ tasks, policy: { current: () => policy } });
const EXPORT = under(halting({ tools: ['exp*'] }));

describe('a tool', () => {
  it.each<[what: string, gate: typeof EXPORT, isHalted: boolean]>([
    ['by its name', EXPORT, true],
    ['with everything', under(halting({})), true],
    ['for its caller', under(halting({ principals: { names: ['ada'] } })), true],
    ['but not for others', under(halting({ principals: { names: ['bob'] } })), false],
    ['but not where nothing is', under(policyOf(ALLOW_ALL)), false],
    ['but not without a policy, where nothing passes', under(undefined), false],
  ])('is halted %s', (_what, gate, isHalted) => {
    expect(haltOfTool('export', ada, gate) !== undefined).toBe(isHalted);
    expect(haltOfTask('exporting', ada, gate) !== undefined).toBe(isHalted);
  });
});

it.each<[what: string, taskId: string, who: typeof ada | undefined]>([
  ['of another tool', 'reading', ada],
  ['of no tool', 'other', ada],
  ['of somebody else', 'exporting', bob],
  ['of nobody who is known', 'exporting', undefined],
  ['that is not there', 'none', ada],
])('a task %s is not halted', (_what, taskId, who) => expect(haltOfTask(taskId, who, EXPORT)).toBeUndefined());

describe('a message of the server', () => {
  const meta = (taskId: unknown) => ({ _meta: { [RELATED_TASK]: { taskId } } });
  const rows: [what: string, params: object, isHalted: boolean][] = [
    ['that belongs to it', meta('exporting'), true],
    ['that belongs to another', meta('reading'), false],
    ['that belongs to none', {}, false],
    ['whose task is no text', meta(7), false],
    ['whose metadata is none', { _meta: 'x' }, false],
  ];

  it.each(rows)('asks nothing for a halted tool: one %s', (_what, params, isHalted) =>
    expect(haltOfAsk(params as Record<string, unknown>, ada, EXPORT) !== undefined).toBe(isHalted),
  );

  it.each<(typeof rows)[number]>([...rows, ['that is about it', { taskId: 'exporting' }, true]])(
    'tells nothing of a halted tool: one %s',
    (_what, params, isHalted) => {
      const view = JsonView.of(Buffer.from(JSON.stringify(params))) ?? expect.fail();
      expect(haltOfNotice(view, ada, EXPORT) !== undefined).toBe(isHalted);
      expect(haltOfNotice(view, ada, under(policyOf(ALLOW_ALL)))).toBeUndefined();
    },
  );
});
