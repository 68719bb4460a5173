import { expect, test } from 'vitest';
import { ChainStarts } from './chain-starts.ts';
import type { ChainFields } from './parse-line.ts';
import { Findings } from './report.ts';

interface Case {
  isWhole?: boolean;
  event?: ChainFields['event'];
  continues?: boolean;
  released?: string[];
  claimed?: string[];
  codes: string[];
}

/** What is said of one file whose first line names a line `h` that is not there. */
function said({
  isWhole = false,
  event = 'continue',
  continues = true,
  released = [],
  claimed = [],
}: Omit<Case, 'codes'>): string[] {
  const starts = new ChainStarts(isWhole);
  starts.begin({ line: 1 }, { event, continues, prev: 'h', seq: 3, server: '', stream: 's', time: '', at: 0 });
  for (const last of released) starts.released(last);
  for (const last of claimed) starts.claimed(last);
  const found = new Findings();
  starts.settle(found);
  return [...found.findings, ...found.warnings].map(({ line, code }) => `${line} ${code}`);
}

const cases: Record<string, Case> = {
  'that only a line without a signature says was let go is a finding': {
    isWhole: true,
    claimed: ['h'],
    codes: ['1 missing-files'],
  },
  'that was let go is a warning, though all files are there': {
    isWhole: true,
    released: ['h'],
    codes: ['1 released-files'],
  },
  'that was let go is a warning, though the line does not say that it goes on': {
    continues: false,
    released: ['x', 'h'],
    codes: ['1 released-files'],
  },
  'that is not here is a finding where all files should be': { isWhole: true, codes: ['1 missing-files'] },
  'that is not here is a warning where only some were given': { codes: ['1 continued'] },
  'of which only another was let go is missing': { isWhole: true, released: ['other'], codes: ['1 missing-files'] },
  'is missing where the line opens a stream and goes on from no file': {
    event: 'open',
    continues: false,
    codes: ['1 missing-beginning'],
  },
  'is missing, and the open of the stream as well, where the line is of a call': {
    event: 'decision',
    continues: false,
    codes: ['1 missing-open', '1 missing-beginning'],
  },
};
for (const [name, { codes, ...input }] of Object.entries(cases)) {
  test(`the file before ${name}`, () => expect(said(input)).toEqual(codes));
}

test('nothing is said of files that begin where chains begin', () => {
  const found = new Findings();
  new ChainStarts(true).settle(found);
  expect([...found.findings, ...found.warnings]).toEqual([]);
});
