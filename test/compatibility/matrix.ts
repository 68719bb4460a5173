/** The table of docs/compatibility.md: which official client meets which server through the gate, and what they agree on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS } from './clients.ts';
import { type OfficialClient, TRANSPORTS } from './clients/shape.ts';
import { type MatrixServer, SERVERS } from './servers.ts';

export const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'compatibility.md');
export const NO_WAY = '—';
/** What stands between them is written by the test. */
const [BEGIN, END] = ['<!-- matrix -->\n', '<!-- /matrix -->'];

/** A row for each server and each transport that leads to it through the gate, a column for each client. */
export function renderMatrix(cellOf: (client: OfficialClient, server: MatrixServer) => string): string {
  const names = [...new Set(CLIENTS.map(({ name }) => name))];
  const rows = SERVERS.flatMap((server) =>
    TRANSPORTS.flatMap((transport) => {
      const clients = CLIENTS.filter((client) => client.transport === transport);
      const cells = names.map((name) => {
        const client = clients.find((one) => one.name === name);
        return client === undefined ? NO_WAY : cellOf(client, server);
      });
      const way = transport === server.transport ? transport : `${server.transport}, reached by ${transport}`;
      return cells.every((cell) => cell === NO_WAY) ? [] : [[server.name, way, ...cells]];
    }),
  );
  const head = ['Server', 'over', ...names];
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
