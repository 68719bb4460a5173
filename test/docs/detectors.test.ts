/** The guide to detectors: tables of the code, every reason there is, and each example is found for the reason that it stands for. */
import { describe, expect, it } from 'vitest';
import { HOST_REASONS } from '../../core/inspect/host-findings.ts';
import { IDENTIFIER_REASONS, inspectIdentifier } from '../../core/inspect/identifiers.ts';
import { inspectPath, PATH_REASONS } from '../../core/inspect/paths.ts';
import { NAME_ROWS } from '../../core/inspect/typing/by-name.ts';
import { inspectShell, SHELL_REASONS } from '../../core/inspect/shell.ts';
import { inspectSql, SQL_REASONS, type SqlSettings } from '../../core/inspect/sql.ts';
import { TablePatterns } from '../../core/inspect/sql/table-patterns.ts';
import { inspectSqlShapes, SQL_SHAPE_REASONS } from '../../core/inspect/sql-shapes.ts';
import { inspectUrl } from '../../core/inspect/urls.ts';
import type { Finding } from '../../core/inspect/finding.ts';
import { detectorFor } from '../../core/inspect/content/detectors.ts';
import { MODEL_TEXT } from '../../core/inspect/content/model-text.ts';
import { HIDDEN_TEXT_REASONS } from '../../core/inspect/hidden-text.ts';
import { INSTRUCTION_REASONS } from '../../core/inspect/instructions/find-instructions.ts';
import { CARRIED, carriedData } from '../../core/inspect/links/carried-data.ts';
import { TERMINAL_REASONS } from '../../core/inspect/terminal-escapes.ts';
import { codeIn, readPage, tablesWith } from './pages.ts';

const page = readPage('docs/detectors.md');

function rowsOf(heading: string): readonly (readonly string[])[] {
  const text = page.text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';
  return tablesWith({ path: page.path, text }, 'Reason', 'What it found', 'Example').flatMap(({ rows }) => rows);
}

const READING: SqlSettings = {
  kinds: new Set(['select', 'transaction', 'file']),
  several: 'no',
  tables: new TablePatterns(['t']),
  functions: new Set(),
};

describe.each<[string, readonly string[], (value: string) => Finding | undefined]>([
  ['Paths', PATH_REASONS, (value) => inspectPath(value, ['/data'])],
  ['URLs and hosts', HOST_REASONS, (value) => inspectUrl(value, {})],
  ['SQL', SQL_REASONS, (value) => inspectSql(value, READING)],
  ['Identifiers', IDENTIFIER_REASONS, inspectIdentifier],
  ['Shell', SHELL_REASONS, (value) => inspectShell(value, { programs: ['git'] })],
  ['SQL in other values', SQL_SHAPE_REASONS, (value) => inspectSqlShapes(value)],
])('%s', (heading, reasons, inspect) => {
  const rows = rowsOf(heading);

  it('has every reason', () => {
    expect(rows.flatMap(([cell = '']) => codeIn(cell)).toSorted()).toEqual([...reasons].toSorted());
  });

  const examples = rows.flatMap(([cell = '', , shown = '']) =>
    codeIn(shown).map((value) => [value, codeIn(cell)] as const),
  );
  it.each(examples)('%s: %j', (value, meant) => {
    expect(meant).toContain(inspect(value)?.reason);
  });
});

it('endings of names say the types that are shown', () => {
  const [table] = tablesWith(page, 'Type', 'Endings', 'Found by default');
  const shown = table?.rows.map(([type = '', endings = '']) => ({ type: codeIn(type)[0], endings: codeIn(endings) }));
  expect(shown).toEqual(NAME_ROWS);
});

describe('text that acts on its reader', () => {
  it('has every detector', () => {
    const [table] = tablesWith(page, '`detect`', 'What it is for', 'Placeholder');
    expect(table?.rows.map(([name = '']) => codeIn(name)[0])).toEqual(MODEL_TEXT);
  });

  const kinds = (detect: (typeof MODEL_TEXT)[number]) => (text: string) =>
    detectorFor({ detect })
      .find(text, undefined)
      .map(({ kind }) => kind);
  const seen = HIDDEN_TEXT_REASONS.filter((reason) => reason !== 'terminal-escape');
  describe.each<[string, string, readonly string[], (text: string) => readonly (string | undefined)[]]>([
    ['Hidden text', 'Reason', seen, kinds('hiddenText')],
    ['Terminal escapes', 'Reason', TERMINAL_REASONS, kinds('terminalEscapes')],
    ['Images and links with data', 'Shape', CARRIED, (url) => [carriedData(url, true)]],
    ['Instructions to models', 'Reason', INSTRUCTION_REASONS, kinds('modelInstructions')],
  ])('%s', (heading, column, reasons, find) => {
    const text = page.text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? '';
    const rows = tablesWith({ path: page.path, text }, column, 'What it found', 'Example').flatMap(
      (table) => table.rows,
    );
    it('has every reason', () => {
      expect(rows.map(([cell = '']) => codeIn(cell)[0] ?? '').toSorted()).toEqual([...reasons].toSorted());
    });
    it.each(rows.map(([cell = '', , shown = '']) => [codeIn(cell)[0] ?? '', codeIn(shown)[0] ?? ''] as const))(
      '%s: %s',
      (reason, example) => {
        // Written as JSON has it: most of these show nothing.
        expect(find(JSON.parse(`"${example}"`) as string)).toContain(reason);
      },
    );
  });
});
