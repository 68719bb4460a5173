/** The pages for users as their tests read them: blocks of code, tables, links and headings. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  /** Of the first line inside the block, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

export type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** What users read first. */
export const guides: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map(readPage);

export const allPages: readonly Page[] = [
  ...guides,
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md'].map(readPage),
];

export function blocksOf({ path, text }: Page, language?: string): Block[] {
  const blocks: Block[] = [];
  let open: { line: number; language: string; indent: number; lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(\s*)```(\S*)$/.exec(line);
    if (fence !== null && open !== undefined) {
      blocks.push({ page: path, line: open.line, language: open.language, text: open.lines.join('\n') });
      open = undefined;
    } else if (fence !== null) {
      open = { line: index + 2, language: fence[2] ?? '', indent: fence[1]?.length ?? 0, lines: [] };
    } else open?.lines.push(line.slice(open.indent));
  }
  if (open !== undefined) throw new Error(`${path}:${open.line - 1}: this block is never closed`);
  return blocks.filter((block) => language === undefined || block.language === language);
}

/** Without blocks of code, lines kept in place. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^\s*```[^]*?^\s*```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}

export function tablesOf(page: Page): Table[] {
  const tables: Table[] = [];
  for (const lines of proseOf(page).matchAll(/(?:^\|.*\|\n)+/gm)) {
    const [head = [], , ...rows] = lines[0].trimEnd().split('\n').map(cellsOf);
    tables.push({ head, rows });
  }
  return tables;
}

/** The tables with these first columns. */
export function tablesWith(page: Page, ...head: string[]): Table[] {
  return tablesOf(page).filter((table) => head.every((title, column) => table.head[column] === title));
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** What stands between backticks. */
export function codeIn(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), ([, code = '']) => code);
}

export function headingsOf(page: Page): string[] {
  return Array.from(proseOf(page).matchAll(/^#{1,6} (.*)$/gm), ([, title = '']) => title);
}

/** As GitHub makes anchors of headings. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
