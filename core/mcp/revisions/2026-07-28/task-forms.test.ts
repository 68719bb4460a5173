import { describe, expect, it } from 'vitest';
import type { TaskState } from '../../task-forms.ts';
import { TASK_FORMS } from './task-forms.ts';

const STATE: TaskState = {
  ...{ taskId: 't', status: 'working', statusMessage: 'waits', outcome: undefined },
  ...{ createdAt: 0, lastUpdatedAt: 1000, ttlMs: 60_000, pollIntervalMs: 2000 },
};
const TIMES = { createdAt: '1970-01-01T00:00:00.000Z', lastUpdatedAt: '1970-01-01T00:00:01.000Z' };
const DECLARED = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

function told(method: string, state: Partial<TaskState>): unknown {
  const said = TASK_FORMS.told(method, { ...STATE, ...state });
  return Object.fromEntries(Object.entries(said).map(([key, text]) => [key, JSON.parse(text)]));
}

describe('2026-07-28', () => {
  const about = { ...{ taskId: 't', statusMessage: 'waits', ttlMs: 60_000, pollIntervalMs: 2000 }, ...TIMES };

  it.each([
    ['tools/call', { _meta: DECLARED }, true],
    ['tools/call', { _meta: {} }, false],
    ['tools/call', { task: {} }, false],
    ['prompts/get', { _meta: DECLARED }, false],
  ])('%s with %j takes a task: %s', (method, params, takes) => {
    expect(TASK_FORMS.takesTask(method, params)).toBe(takes);
  });

  it('tells of a new one, and how it stands', () => {
    expect(TASK_FORMS.created(STATE)).toEqual({ resultType: 'task', status: 'working', ...about });
    const complete = { resultType: 'complete', ...about };
    expect(told('tasks/get', {})).toEqual({ result: { ...complete, status: 'working' } });
    const [ok, bad] = [{ result: '{"a":1}', failed: true }, { error: '{"code":1}' }];
    expect(told('tasks/get', { status: 'completed', outcome: ok })).toEqual({
      result: { ...complete, status: 'completed', result: { a: 1 } },
    });
    expect(told('tasks/get', { status: 'failed', outcome: bad })).toEqual({
      result: { ...complete, status: 'failed', error: { code: 1 } },
    });
    expect(told('tasks/cancel', {})).toEqual({ result: { resultType: 'complete' } });
  });
});
