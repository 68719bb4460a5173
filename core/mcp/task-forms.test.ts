import { describe, expect, it } from 'vitest';
import { REVISION_2025_11_25 } from './revisions/2025-11-25/revision.ts';
import { REVISION_2026_07_28 } from './revisions/2026-07-28/revision.ts';
import { type TaskState, withMember } from './task-forms.ts';

const STATE: TaskState = {
  ...{ taskId: 't', status: 'working', statusMessage: 'waits', outcome: undefined },
  ...{ createdAt: 0, lastUpdatedAt: 1000, ttlMs: 60_000, pollIntervalMs: 2000 },
};
const TIMES = { createdAt: '1970-01-01T00:00:00.000Z', lastUpdatedAt: '1970-01-01T00:00:01.000Z' };
const DECLARED = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

function told(revision: typeof REVISION_2025_11_25, method: string, state: Partial<TaskState>): unknown {
  const said = revision.tasks?.told(method, { ...STATE, ...state }) ?? {};
  return Object.fromEntries(Object.entries(said).map(([key, text]) => [key, JSON.parse(String(text))]));
}

describe('2026-07-28', () => {
  const { tasks } = REVISION_2026_07_28;
  const about = { ...{ taskId: 't', statusMessage: 'waits', ttlMs: 60_000, pollIntervalMs: 2000 }, ...TIMES };

  it.each([
    ['tools/call', { _meta: DECLARED }, true],
    ['tools/call', { _meta: {} }, false],
    ['tools/call', { task: {} }, false],
    ['prompts/get', { _meta: DECLARED }, false],
  ])('%s with %j takes a task: %s', (method, params, takes) => {
    expect(tasks?.takesTask(method, params)).toBe(takes);
  });

  it('tells of a new one, and how it stands', () => {
    expect(tasks?.created(STATE)).toEqual({ resultType: 'task', status: 'working', ...about });
    const complete = { resultType: 'complete', ...about };
    expect(told(REVISION_2026_07_28, 'tasks/get', {})).toEqual({ result: { ...complete, status: 'working' } });
    const [ok, bad] = [{ result: '{"a":1}', failed: true }, { error: '{"code":1}' }];
    expect(told(REVISION_2026_07_28, 'tasks/get', { status: 'completed', outcome: ok })).toEqual({
      result: { ...complete, status: 'completed', result: { a: 1 } },
    });
    expect(told(REVISION_2026_07_28, 'tasks/get', { status: 'failed', outcome: bad })).toEqual({
      result: { ...complete, status: 'failed', error: { code: 1 } },
    });
    expect(told(REVISION_2026_07_28, 'tasks/cancel', {})).toEqual({ result: { resultType: 'complete' } });
  });
});

describe('2025-11-25', () => {
  const { tasks } = REVISION_2025_11_25;
  const task = { ...{ taskId: 't', statusMessage: 'waits', ttl: 60_000, pollInterval: 2000 }, ...TIMES };
  const related = { 'io.modelcontextprotocol/related-task': { taskId: 't' } };

  it('is asked for one', () => {
    const takes = [{ task: {} }, { task: null }, { _meta: DECLARED }].map((params) =>
      tasks?.takesTask('tools/call', params),
    );
    expect(takes).toEqual([true, false, false]);
    expect(tasks?.takesTask('prompts/get', { task: {} })).toBe(false);
  });

  it('tells of a new one, and how it stands', () => {
    expect(tasks?.created(STATE)).toEqual({ task: { ...task, status: 'working' } });
    expect(told(REVISION_2025_11_25, 'tasks/get', {})).toEqual({ result: { ...task, status: 'working' } });
    const failed = { status: 'completed', outcome: { result: '{}', failed: true } } as const;
    expect(told(REVISION_2025_11_25, 'tasks/get', failed)).toEqual({ result: { ...task, status: 'failed' } });
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
    expect(told(REVISION_2025_11_25, 'tasks/result', { outcome })).toEqual(said);
  });
});

it('earlier revisions have no tasks, and text that is no object gets no member', () => {
  expect([withMember('{}', 'a', '5.0'), withMember('{"b":1}', 'a', '5.0'), withMember('{"a":1}', 'a', '5.0')]).toEqual([
    ...['{"a":5.0}', '{"a":5.0,"b":1}', '{"a":5.0}'],
  ]);
  expect(withMember('[]', 'a', '1')).toBe('[]');
});
