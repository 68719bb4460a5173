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

describe('2025-11-25', () => {
  const task = { ...{ taskId: 't', statusMessage: 'waits', ttl: 60_000, pollInterval: 2000 }, ...TIMES };
  const related = { 'io.modelcontextprotocol/related-task': { taskId: 't' } };

  it('is asked for one', () => {
    const takes = [{ task: {} }, { task: null }, { _meta: DECLARED }].map((params) =>
      TASK_FORMS.takesTask('tools/call', params),
    );
    expect(takes).toEqual([true, false, false]);
    expect(TASK_FORMS.takesTask('prompts/get', { task: {} })).toBe(false);
  });

  it('tells of a new one, and how it stands', () => {
    expect(TASK_FORMS.created(STATE)).toEqual({ task: { ...task, status: 'working' } });
    expect(told('tasks/get', {})).toEqual({ result: { ...task, status: 'working' } });
    const failed = { status: 'completed', outcome: { result: '{}', failed: true } } as const;
    expect(told('tasks/get', failed)).toEqual({ result: { ...task, status: 'failed' } });
  });

  it.each<[string, TaskState['outcome'], object]>([
    ['the result, which names its task', { result: '{"a":1}', failed: false }, { result: { a: 1, _meta: related } }],
    [
      'with what the server says besides',
      { result: '{"_meta":{"x":1}}', failed: false },
      { result: { _meta: { x: 1, ...related } } },
    ],
    ['the error', { error: '{"code":1}' }, { error: { code: 1 } }],
    ['an error, where it was cancelled', undefined, { error: { code: -32602, message: 'The task was cancelled' } }],
  ])('gives %s', (_name, outcome, said) => {
    expect(told('tasks/result', { outcome })).toEqual(said);
  });
});
