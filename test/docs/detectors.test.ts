/** The tables of the guide to detectors are those in the code. */
import { expect, it } from 'vitest';
import { NAME_ROWS } from '../../core/inspect/typing/by-name.ts';
import { codeIn, readPage, tablesWith } from './pages.ts';

const page = readPage('docs/detectors.md');

it('endings of names say the types that are shown', () => {
  const [table] = tablesWith(page, 'Type', 'Endings', 'Found by default');
  const shown = table?.rows.map(([type = '', endings = '']) => ({ type: codeIn(type)[0], endings: codeIn(endings) }));
  expect(shown).toEqual(NAME_ROWS);
});
