/**
 * The official clients of both generations meet real servers of both, directly and through Sallyport, over every transport that both
 * speak. What a client sees has to be the same. `UPDATE_COMPATIBILITY=1 npm run test:wire -- test/compatibility` writes the table of
 * docs/compatibility.md anew.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { CLIENTS, type OfficialClient, type Target } from './clients.ts';
import { commitMatrix, committedMatrix, renderMatrix } from './matrix.ts';
import { type MatrixServer, SERVERS } from './servers.ts';
import { Through } from './through.ts';
import { type Account, failuresIn, visit } from './visit.ts';

const { defer, use } = cleanupAfterAll();
const update = process.env['UPDATE_COMPATIBILITY'] === '1';
const NO_WAY = '—';
/** Two visits of a second or two each; a client that hears nothing would wait for a minute. */
const VISITS_MS = 40_000;
/** What the second generation concludes by itself, and what it is told (MCP 2026-07-28, UnsupportedProtocolVersion). */
const NO_COMMON_REVISION = [
  { failed: 'SdkError', code: 'ERA_NEGOTIATION_FAILED' },
  { failed: 'ProtocolError', code: -32022 },
];

interface Opened {
  readonly target: Target;
  readonly through: Through;
}

const opened = new Map<MatrixServer, Opened>();
const cells = new Map<string, string>();
const keyOf = (client: OfficialClient, server: MatrixServer): string =>
  `${client.name} ${client.transport} ${SERVERS.indexOf(server)}`;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-matrix-'));
  defer(() => rmSync(directory, { recursive: true }));
  for (const server of SERVERS) {
    const { target } = await use(server.start(directory));
    opened.set(server, { target, through: await use(new Through(target)) });
  }
});

/** A client that starts servers can only have one that is started; one that speaks HTTP, also that, through Sallyport. */
function meet(client: OfficialClient, server: MatrixServer): boolean {
  return (
    client.transport === server.transport || (client.transport === 'Streamable HTTP' && server.transport === 'stdio')
  );
}

/** What goes into the cell, or the test fails. */
function verdictOf(direct: Account, guarded: Account, translated: boolean): string {
  const refused = direct.revision === undefined;
  // Each transport has its own way to say that there is no common revision.
  if (!refused || !translated) expect(guarded).toEqual(direct);
  expect(guarded.revision).toBe(direct.revision);
  if (!refused) {
    expect(failuresIn(direct)).toEqual([]);
    return `${direct.revision} ✓`;
  }
  for (const { seen } of [direct, guarded]) expect(NO_COMMON_REVISION).toContainEqual(seen['connect']);
  return translated ? 'refused, as over stdio' : 'refused, as directly';
}

describe.each(SERVERS)('$name over $transport', (server) => {
  it.each(CLIENTS.filter((client) => meet(client, server)))(
    'is the same through Sallyport for the client $name over $transport',
    async (client) => {
      cells.set(keyOf(client, server), '✗');
      const { target, through } = opened.get(server) as Opened;
      const way = await through.targetFor(client.transport);
      if (way === undefined) expect.fail('there is no way');
      // Nobody reaches a server that is a program by HTTP without us: then the same client, starting it, is what to compare with.
      const direct = await visit(client.over(server.transport), target, server.surface);
      const guarded = await visit(client, way, server.surface);
      cells.set(keyOf(client, server), verdictOf(direct, guarded, client.transport !== server.transport));
    },
    VISITS_MS,
  );
});

it('stands in docs/compatibility.md as it was found', () => {
  const table = renderMatrix((client, server) => cells.get(keyOf(client, server)) ?? NO_WAY);
  if (update) commitMatrix(table);
  expect(committedMatrix(), 'run it with UPDATE_COMPATIBILITY=1 and read what it writes').toBe(table);
  expect(table).not.toContain('✗');
});
