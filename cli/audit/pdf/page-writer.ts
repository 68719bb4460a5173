/** Headings, paragraphs and tables one below the other, on as many pages as they take, each with its number. It knows nothing of audits. */
import Document from 'pdfkit';
import { pdfText } from './pdf-text.ts';

export interface Column {
  readonly title: string;
  /** Part of the width of the page; all together make 1. */
  readonly width: number;
  readonly align?: 'left' | 'right';
}

export type Tone = 'plain' | 'good' | 'bad' | 'quiet';

const MARGIN = 50;
const FOOTER = 30;
const FONT = 'Helvetica';
const BOLD = 'Helvetica-Bold';
const COLORS: Readonly<Record<Tone, string>> = { plain: '#1a1a1a', good: '#0b6b2f', bad: '#b00020', quiet: '#5f5f5f' };
const LINE = '#c8c8c8';
const CELL_GAP = 6;
/** A row is on one page, and laying out a text takes longer than in proportion: what somebody made very long must not hold up the rest. */
const MOST_IN_CELL = 400;
const MOST_IN_PARAGRAPH = 4000;

export class PageWriter {
  readonly #document: PDFKit.PDFDocument;
  readonly #footer: string;

  /** `write` gets the bytes of the document as they come, the last ones before `end` resolves. */
  constructor(title: string, created: Date, footer: string, write: (bytes: Buffer) => void) {
    const info = { Title: pdfText(title), Creator: 'Sallyport', Producer: 'Sallyport', CreationDate: created };
    this.#document = new Document({ size: 'A4', margin: MARGIN, bufferPages: true, lang: 'en', info, font: FONT });
    this.#footer = pdfText(footer);
    this.#document.on('data', write);
  }

  title(text: string): void {
    this.#document.font(BOLD).fontSize(20).fillColor(COLORS.plain).text(pdfText(text)).moveDown(0.3);
  }

  heading(text: string): void {
    this.#keepTogether(70);
    this.#document.moveDown(1).font(BOLD).fontSize(13).fillColor(COLORS.plain).text(pdfText(text)).moveDown(0.25);
  }

  paragraph(text: string, tone: Tone = 'plain'): void {
    this.#document
      .font(tone === 'good' || tone === 'bad' ? BOLD : FONT)
      .fontSize(9.5)
      .fillColor(COLORS[tone])
      .text(pdfText(shortened(text, MOST_IN_PARAGRAPH)), MARGIN, undefined, { width: this.#width, lineGap: 1.5 })
      .moveDown(0.35);
  }

  /** What does not fit beside the others goes on in lines below; the titles are on each page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    this.#row(
      columns,
      columns.map(({ title }) => title),
      true,
    );
    for (const row of rows) {
      const cells = row.map((cell) => pdfText(shortened(cell, MOST_IN_CELL)));
      if (this.#document.y + this.#heightOf(columns, cells) > this.#bottom) {
        this.#document.addPage();
        this.#row(
          columns,
          columns.map(({ title }) => title),
          true,
        );
      }
      this.#row(columns, cells, false);
    }
    this.#document.x = MARGIN;
    this.#document.moveDown(0.5);
  }

  /** Numbers the pages, once it is known how many there are. */
  end(): Promise<void> {
    const { start, count } = this.#document.bufferedPageRange();
    for (let index = start; index < start + count; index++) {
      this.#document.switchToPage(index);
      // Below the margin: text there would begin a page of its own.
      this.#document.page.margins.bottom = 0;
      const y = this.#document.page.height - FOOTER;
      this.#document.font(FONT).fontSize(8).fillColor(COLORS.quiet);
      this.#document.text(this.#footer, MARGIN, y, { width: this.#width * 0.8, lineBreak: false });
      const number = `Page ${index - start + 1} of ${count}`;
      this.#document.text(number, MARGIN, y, { width: this.#width, align: 'right', lineBreak: false });
    }
    return new Promise((resolve, reject) => {
      this.#document.on('end', resolve).on('error', reject);
      this.#document.end();
    });
  }

  get #width(): number {
    return this.#document.page.width - 2 * MARGIN;
  }

  get #bottom(): number {
    return this.#document.page.height - MARGIN;
  }

  #keepTogether(height: number): void {
    if (this.#document.y + height > this.#bottom) this.#document.addPage();
  }

  #heightOf(columns: readonly Column[], cells: readonly string[]): number {
    this.#document.font(FONT).fontSize(8.5);
    return Math.max(
      ...columns.map(({ width }, index) =>
        this.#document.heightOfString(cells[index] ?? '', { width: width * this.#width - CELL_GAP }),
      ),
    );
  }

  #row(columns: readonly Column[], cells: readonly string[], isHead: boolean): void {
    const height = this.#heightOf(columns, cells);
    const y = this.#document.y + 2;
    let x = MARGIN;
    this.#document
      .font(isHead ? BOLD : FONT)
      .fontSize(8.5)
      .fillColor(isHead ? COLORS.quiet : COLORS.plain);
    for (const [index, { width, align = 'left' }] of columns.entries()) {
      this.#document.text(cells[index] ?? '', x, y, { width: width * this.#width - CELL_GAP, align });
      x += width * this.#width;
    }
    const below = y + height + 2;
    this.#document
      .moveTo(MARGIN, below)
      .lineTo(MARGIN + this.#width, below)
      .lineWidth(isHead ? 0.8 : 0.3)
      .strokeColor(LINE)
      .stroke();
    this.#document.y = below + 1;
  }
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
