/** docs/deciding.md tells every way in which a decision from outside can end, and what a sender may write. */
import { expect, it } from 'vitest';
import { HOOK_OUTCOMES } from '../../operator/hooks/answer.ts';
import { readHookMessage } from '../../operator/hooks/senders/message.ts';
import { blocksOf, codeIn, readPage, tablesWith } from './pages.ts';

const page = readPage('docs/deciding.md');

it('explains every outcome but a vote', () => {
  const rows = tablesWith(page, 'What comes', 'Outcome').flatMap((table) => table.rows);
  const explained = new Set(rows.flatMap(([, outcome = '']) => codeIn(outcome)));
  expect([...explained, 'voted'].toSorted()).toEqual([...HOOK_OUTCOMES].toSorted());
});

it('shows a message that is read, with every field that there is', () => {
  const [example] = blocksOf(page, 'json');
  const reading = readHookMessage(Buffer.from(example?.text ?? ''));
  expect(reading).toMatchObject({ message: { decision: 'Approved', as: 'grace@example.com', reason: 'CHG-4711' } });
  const fields = tablesWith(page, 'Field', 'Meaning').flatMap((table) =>
    table.rows.flatMap(([name = '']) => codeIn(name)),
  );
  expect(fields.toSorted()).toEqual(Object.keys(JSON.parse(example?.text ?? '') as object).toSorted());
});
