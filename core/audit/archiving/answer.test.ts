import { expect, test } from 'vitest';
import { readAnswer, REFUSAL_REASONS, statusOf } from './answer.ts';

test('an answer is read as it is written, and anything else is none', () => {
  const answer = { stream: 's', seq: 1, hash: 'h', added: 2 };
  expect(readAnswer({ ...answer, more: true })).toEqual(answer);
  for (const body of [undefined, null, 'x', [], {}, { ...answer, seq: '1' }, { ...answer, hash: undefined }])
    expect(readAnswer(body)).toBeUndefined();
});

test('each refusal has a status that says whose fault it is', () => {
  const statuses = REFUSAL_REASONS.map((reason) => [reason, statusOf({ reason, detail: '' })]);
  expect(Object.fromEntries(statuses)).toEqual({
    ...{ 'bad-line': 422, 'bad-chain': 422, checkpoint: 422 },
    ...{ fork: 409, gap: 409, 'not-yours': 403 },
  });
});
