import { describe, expect, it } from 'vitest';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { Pieces } from '../../../core/mcp/pieces.ts';
import type { HistoryAnswer } from '../../../core/policy/history/rule.ts';
import { Past } from '../../memory/history/past.ts';
import { answerParts } from '../../testing/answering.ts';
import type { Answer } from '../check.ts';
import { noteHistory } from './note-history.ts';

/** What its rules have heard. */
function listening(): { past: Past; heard: HistoryAnswer[] } {
  const heard: HistoryAnswer[] = [];
  const past = new Past([
    { rule: 'a/b#c', shadow: false, ops: [], judge: () => undefined, onAnswer: (answer) => (heard.push(answer), []) },
  ]);
  past.take({ holds: true, seen: [] });
  return { past, heard };
}

function answered(result: object | undefined, terms: object, taskId?: string, more: object = {}): void {
  const whole = Buffer.from(JSON.stringify(result ?? {}));
  const view = result === undefined ? undefined : JsonView.of(whole);
  const offers = { inputRequests: undefined, requestState: undefined, taskId, ...more };
  noteHistory({ terms, result: view, offers, text: Pieces.of(whole), gate: answerParts() } as unknown as Answer);
}

describe('an answer', () => {
  it.each<[string, object | undefined, boolean]>([
    ['a result', { content: [] }, true],
    ['a result that says that it is an error', { content: [], isError: true }, false],
    ['an error', undefined, false],
  ])('that is %s is heard of once, as what it is', (_what, result, ok) => {
    const { past, heard } = listening();
    answered(result, { past });
    answered(result, { past });
    expect(heard.map((one) => [one.ok, one.result !== undefined])).toEqual([[ok, result !== undefined]]);
  });

  it('that begins a task is none yet', () => {
    const { past, heard } = listening();
    answered({ resultType: 'task', taskId: 't1', status: 'working' }, { past }, 't1');
    expect(heard).toEqual([]);
  });
});

it.each(['inputRequests', 'requestState'])(
  'an answer that only says what is needed to go on is none yet: %s',
  (member) => {
    const { past, heard } = listening();
    answered({ resultType: 'input_required' }, { past }, undefined, { [member]: { start: 0, end: 2 } });
    expect(heard).toEqual([]);
  },
);

describe('the result of a task', () => {
  it('is an answer of its own, or told with the state of the task', () => {
    for (const [method, result] of [
      ['tasks/result', { content: [] }],
      ['tasks/get', { taskId: 't1', status: 'completed', result: { content: [] } }],
    ] as const) {
      const { past: taskPast, heard } = listening();
      answered({ taskId: 't1', status: 'working' }, { taskPast, method: 'tasks/get' });
      expect(heard).toEqual([]);
      answered(result, { taskPast, method });
      expect(heard.map(({ ok, result: told }) => [ok, told?.keys])).toEqual([[true, ['content']]]);
    }
  });

  it('is no good one where the task has failed', () => {
    const { past: taskPast, heard } = listening();
    answered({ taskId: 't1', status: 'failed' }, { taskPast, method: 'tasks/get' });
    expect(heard.map(({ ok }) => ok)).toEqual([false]);
  });
});

describe('what a server says', () => {
  function hearing(): { past: Past; heard: (readonly string[])[] } {
    const heard: (readonly string[])[] = [];
    const onSaid = (said: JsonView) => (heard.push(said.keys), []);
    const past = new Past([{ rule: 'a/b#c', shadow: false, ops: [], judge: () => undefined, onSaid }]);
    past.take({ holds: true, seen: [] });
    return { past, heard };
  }
  const failed = { taskId: 't1', status: 'failed' };

  it.each<[string, string, readonly object[], readonly string[]]>([
    ['of a task that has failed', 'tasks/result', [{ content: [], isError: true }], ['content', 'isError']],
    ['of one that says so itself', 'tasks/get', [{ ...failed, error: { code: 1, message: 'a' } }], ['code', 'message']],
    ['of one that asks', 'tasks/get', [{ ...failed, status: 'input_required', inputRequests: { q: {} } }], ['q']],
    ['twice', 'tasks/result', [{ content: [] }, { content: [] }], ['content']],
  ])('%s is heard, once', (_what, method, said, keys) => {
    const { past: taskPast, heard } = hearing();
    answered(failed, { taskPast, method: 'tasks/get' });
    for (const one of said) answered(one, { taskPast, method });
    expect(heard).toEqual([keys]);
  });

  it('is heard where it asks for more, and not where it only begins a task', () => {
    const { past, heard } = hearing();
    answered({ inputRequests: {} }, { past }, undefined, { inputRequests: { start: 0, end: 2 } });
    answered({ task: {} }, { past }, 't1');
    expect(heard).toEqual([['inputRequests']]);
  });
});
