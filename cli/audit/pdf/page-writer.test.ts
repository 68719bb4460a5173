import { expect, test } from 'vitest';
import { PageWriter } from './page-writer.ts';

const COLUMNS = [
  { title: 'Name', width: 0.5 },
  { title: 'Times', width: 0.5, align: 'right' as const },
];

async function written(fill: (page: PageWriter) => void): Promise<string> {
  const pieces: Buffer[] = [];
  const page = new PageWriter('Tïtle – 日', new Date(0), 'foot', (bytes) => pieces.push(bytes));
  fill(page);
  await page.end();
  return Buffer.concat(pieces).toString('latin1');
}

const pagesIn = (pdf: string): number => Number(/\/Count (\d+)/.exec(pdf)?.[1]);

test('what fits on a page is on one, numbered', async () => {
  const pdf = await written((page) => {
    page.title('Title');
    page.paragraph('Good', 'good');
    page.table(COLUMNS, [['a', '1']]);
  });
  expect(pagesIn(pdf)).toBe(1);
});

test('a table takes as many pages as it needs, and the numbers on them add none', async () => {
  const rows = Array.from({ length: 120 }, (_, at) => [`row ${at}`, String(at)]);
  expect(pagesIn(await written((page) => page.table(COLUMNS, rows)))).toBe(3);
});

test('a heading is not left alone at the end of a page', async () => {
  const pdf = await written((page) => {
    for (let i = 0; i < 42; i++) page.paragraph('x');
    page.heading('Below');
    page.paragraph('y');
  });
  expect(pagesIn(pdf)).toBe(2);
});

test('texts without end take neither much time nor many pages', async () => {
  const long = 'w'.repeat(1_000_000);
  const pdf = await written((page) => {
    page.paragraph(long, 'bad');
    page.table(COLUMNS, [[long, 'd '.repeat(500_000)]]);
  });
  expect(pagesIn(pdf)).toBeLessThan(4);
});
