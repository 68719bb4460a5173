/** The table of docs/compatibility.md: which official client meets which server through the gate, and what they agree on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS, type OfficialClient } from './clients.ts';
import { type MatrixServer, SERVERS } from './servers.ts';

export const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');
/** What stands between them is written by the test. */
const [BEGIN, END] = ['<!-- matrix -->\n', '<!-- /matrix -->'];

export function renderMatrix(cellOf: (client: OfficialClient, server: MatrixServer) => string): string {
  const columns = SERVERS.map(({ name, transport }) => `${name}, ${transport}`);
  const rows = CLIENTS.map((client) => {
    const cells = SERVERS.map((server) => cellOf(client, server));
    return [client.name, client.transport].concat(cells);
  });
  const head = ['Client', 'speaks', ...columns];
  const lines = [head, head.map(() => '---'), ...rows];
  return `${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`;
}

export function committedMatrix(): string {
  return split(readFileSync(PAGE, 'utf8')).table;
}

export function commitMatrix(table: string): void {
  const { before, after } = split(readFileSync(PAGE, 'utf8'));
  writeFileSync(PAGE, `${before}${BEGIN}\n${table}\n${END}${after}`);
}

function split(page: string): { before: string; table: string; after: string } {
  const [before, rest] = page.split(BEGIN);
  const [table, after] = rest?.split(END) ?? [];
  if (before === undefined || table === undefined || after === undefined)
    throw new Error(`${PAGE} has no place for the matrix: ${BEGIN.trim()} … ${END}`);
  return { before, table: `${table.trim()}\n`, after };
}
