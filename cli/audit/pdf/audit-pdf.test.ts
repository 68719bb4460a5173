import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changeText } from '../../../core/audit/reading/changes.ts';
import { LogDigester } from '../../../core/audit/reading/digest.ts';
import { readRecord } from '../../../core/audit/reading/read-record.ts';
import { Usage } from '../../../core/audit/reading/usage.ts';
import { decisionLine, recordOf, REFUSED } from '../../../core/audit/testing/records.ts';
import { verifyChunks } from '../../../core/audit/verify-chunks.ts';
import { folderWith } from '../../testing/run-cli.ts';
import { writeAuditPdf } from './audit-pdf.ts';

const HAS_READER = spawnSync('pdftotext', ['-v']).error === undefined;
const HINT = 'needs pdftotext (on Debian the package poppler-utils)';
if (!HAS_READER && process.env['CI'] === 'true') throw new Error(HINT);

async function pdfOf(count: number, log: string): Promise<Buffer> {
  const [digester, usage] = [new LogDigester(changeText), new Usage({ by: ['principal', 'tool'], everyMs: 1000 })];
  const approval = { name: 'files-x1', state: 'Consumed', by: 'ada@example.com', reason: 'month end' };
  const records = [
    recordOf({ approval, tool: 'write_file' }),
    recordOf({ outcome: 'refused', principal: { name: 'аdmin', kind: 'token', groups: [] }, tool: '日本' }, REFUSED),
    ...Array.from({ length: count }, (_, at) => recordOf({ tool: `tool_${at}`, outcome: 'refused' }, REFUSED)),
  ];
  // Of somebody who knows how objects are made.
  const odd = readRecord(decisionLine().replace('"answered"', '"constructor"'));
  for (const record of [...records, ...(odd === undefined ? [] : [odd])]) {
    digester.add(record);
    usage.add(record);
  }
  const report = await verifyChunks([Buffer.from(log)]);
  const pieces: Buffer[] = [];
  const pdf = { digest: digester.finish(), usage: usage.rows(), report, hasKeys: false, files: ['audit.jsonl'] };
  await writeAuditPdf({ ...pdf, chosen: '--tool x', now: 0 }, (bytes) => pieces.push(bytes));
  return Buffer.concat(pieces);
}

/** As a person reads it, a page an entry; lines that a column has broken are one again. */
function pagesOf(pdf: Buffer): string[] {
  const file = join(folderWith({}), 'audit.pdf');
  writeFileSync(file, pdf);
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
  return text.split('\f').filter((page) => page.trim() !== '');
}

test('it is a PDF with the fonts that every reader has, and its title', async () => {
  const text = (await pdfOf(0, '')).toString('latin1');
  expect(text.startsWith('%PDF-1.')).toBe(true);
  expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
  expect(text).not.toContain('/FontFile');
});

describe.skipIf(!HAS_READER)(`read by another program (${HINT})`, () => {
  test('it says who let what, under which policy, what was refused, and that the log is not whole', async () => {
    const text = pagesOf(await pdfOf(0, 'no record\n'))
      .join('\n')
      .replaceAll(/\s+/g, ' ');
    for (const words of [
      'Is the record whole? No. 1 finding in 1 line: Line 1 is not a JSON text in UTF-8',
      'Policies in force',
      'approved, and used',
      'for one call',
      'ada@example.com month end',
      'Refused calls',
      'default/files#roots',
      'only what was asked for: --tool x',
      // A letter that looks like another one is seen to be one.
      String.raw`\u{430}dmin`,
      String.raw`\u{65e5}\u{672c}`,
    ])
      expect(text).toContain(words);
  });

  test('each page has its number, and tables that go on have their titles again', async () => {
    const pages = pagesOf(await pdfOf(200, `${decisionLine()}\n`));
    expect(pages.length).toBeGreaterThan(5);
    for (const [index, page] of pages.entries()) expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
    expect(pages[2]).toMatch(/Time +Caller +Call +Why +Rules/);
  });
});
