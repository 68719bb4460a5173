import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../core/history/ops.ts';
import { JsonView } from '../../../core/mcp/json-view.ts';
import { NO_OFFERS } from '../../../core/mcp/revision.ts';
import type { HistoryAnswer } from '../../../core/policy/history/rule.ts';
import { Past } from '../../memory/history/past.ts';
import type { Answer } from '../check.ts';
import { noteHistory } from './note-history.ts';

const span = { start: 0, end: 2 };
const written: Wanted = { op: { kind: 'unmark', of: 'a', whom: 'b' }, isAsked: false };

function noted(result: string | undefined, offers: Partial<typeof NO_OFFERS> = {}) {
  const [heard, applied]: [HistoryAnswer[], Wanted[]] = [[], []];
  const past = new Past([
    {
      rule: 'r',
      shadow: false,
      ops: [],
      judge: () => undefined,
      onAnswer: (answer) => (heard.push(answer), [written]),
    },
  ]);
  past.take({ holds: true, seen: [] });
  const gate = {
    clock: { now: () => 5 },
    history: { apply: (wanted: readonly Wanted[]) => (applied.push(...wanted), { holds: true, seen: [] }) },
  };
  const bytes = Buffer.from(result ?? '');
  const answer = {
    ...{ terms: { past }, result: result === undefined ? undefined : JsonView.of(bytes), text: bytes, gate, call: {} },
    offers: { ...NO_OFFERS, ...offers },
  };
  expect(noteHistory(answer as unknown as Answer)).toBeUndefined();
  return { heard, applied };
}

describe('what the server answers', () => {
  it.each<[string | undefined, boolean]>([
    ['{"content":[]}', true],
    ['{"content":[],"isError":false}', true],
    ['{"content":[],"isError":true}', false],
    [undefined, false],
  ])('becomes part of the past: %s', (result, ok) => {
    const { heard, applied } = noted(result);
    expect(heard).toMatchObject([{ ok, now: 5 }]);
    expect(applied).toEqual([written]);
  });

  it.each([{ taskId: 't' }, { inputRequests: span }, { requestState: span }])(
    'is no answer yet where it is %o, so that nothing has succeeded',
    (offers) => {
      expect(noted('{"content":[]}', offers)).toEqual({ heard: [], applied: [] });
    },
  );

  it('is nothing to the past where no rule knows it', () => {
    expect(noteHistory({ terms: undefined } as unknown as Answer)).toBeUndefined();
  });
});
