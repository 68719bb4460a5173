import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decisionLine } from '../../core/audit/testing/records.ts';
import { folderWith } from '../testing/run-cli.ts';
import { Printer } from './printer.ts';
import { readAll } from './read-all.ts';

const LOG = ['no record', decisionLine({ session: 's-1' }), decisionLine({ session: 's-2' })];

/** Nobody is there who could read it. */
const output = () => ({ writableNeedDrain: false, write: () => true, on: () => {}, off: () => {} });

test('each record that is asked for is given with its line, and what is no record is passed over', async () => {
  const file = join(folderWith({ 'audit.jsonl': `${LOG.join('\n')}\n` }), 'audit.jsonl');
  const taken: [string, string][] = [];
  await readAll(
    [file],
    { session: 's-2' },
    (record, line) => taken.push([record.session, line]),
    new Printer(output()),
  );
  expect(taken).toEqual([['s-2', LOG[2]]]);
});

test('once nobody reads any more, nothing more is taken', async () => {
  const file = join(folderWith({ 'audit.jsonl': `${LOG.join('\n')}\n` }), 'audit.jsonl');
  let end = (): void => {};
  const out = new Printer({ ...output(), on: (event, listener) => void (event === 'error' && (end = listener)) });
  let taken = 0;
  await readAll(
    [file],
    {},
    () => {
      taken++;
      end();
    },
    out,
  );
  expect(taken).toBe(1);
});
