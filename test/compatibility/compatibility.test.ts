/**
 * The official clients in TypeScript and Python meet real servers in both, directly and through Sallyport, over every transport that both
 * speak. What a client sees has to be the same. `UPDATE_COMPATIBILITY=1 npm run test:wire -- test/compatibility` writes the table of
 * docs/compatibility.md anew.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { MODERN } from '../support/messages.ts';
import { type Account, differencesOf, failuresIn, underPolicy } from './account.ts';
import { CLIENTS } from './clients.ts';
import type { OfficialClient, Target } from './clients/shape.ts';
import { NO_WAY, commitMatrix, committedMatrix, renderMatrix } from './matrix.ts';
import { PYTHON, SDK_1, SDK_2 } from './python-sdks.ts';
import { type MatrixServer, SERVERS } from './servers.ts';
import { Through } from './through.ts';
import { visit } from './visit.ts';

const { defer, use } = cleanupAfterAll();
const update = process.env['UPDATE_COMPATIBILITY'] === '1';
/** A visit takes a second or two, and several go on at once; a client that hears nothing gives up by itself before. */
const VISITS_MS = 120_000;
const HANDSHAKE_ONLY = 'refused: no 2026-07-28 over HTTP+SSE';
/** The Python packages are installed on first use. */
const START_MS = 10 * 60_000;
/** What clients conclude by themselves, and what they are told (MCP 2026-07-28, UnsupportedProtocolVersion). */
const NO_COMMON_REVISION = [
  { failed: 'SdkError', code: 'ERA_NEGOTIATION_FAILED' },
  { failed: 'ProtocolError', code: -32022 },
];

interface Opened {
  readonly target: Target;
  readonly through: Through;
}

const opened = new Map<MatrixServer, Opened>();
const directly = new Map<string, Promise<Account>>();
const cells = new Map<string, string>();
const keyOf = (client: OfficialClient, server: MatrixServer): string =>
  `${client.name} ${client.transport} ${SERVERS.indexOf(server)}`;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-matrix-'));
  defer(() => rmSync(directory, { recursive: true }));
  if (PYTHON !== undefined) for (const sdk of [SDK_1, SDK_2]) await use(sdk.start());
  for (const server of SERVERS) {
    const { target } = await use(server.start(directory));
    opened.set(server, { target, through: await use(new Through(target)) });
  }
}, START_MS);

/** A client that starts servers can only have one that is started; one that speaks HTTP, also that, through Sallyport. */
function meet(client: OfficialClient, server: MatrixServer): boolean {
  return (
    client.transport === server.transport || (client.transport === 'Streamable HTTP' && server.transport === 'stdio')
  );
}

/** Nobody reaches a server that is a program by HTTP without us: then the same client, starting it, is what to compare with. */
async function visitDirectly(client: OfficialClient, server: MatrixServer, target: Target): Promise<Account> {
  const same = client.over(server.transport);
  const key = keyOf(same, server);
  const known = directly.get(key) ?? visit(same, target, server.surface, async () => Promise.resolve());
  directly.set(key, known);
  return known;
}

/**
 * HTTP+SSE is the transport of revision 2024-11-05, and 2026-07-28 knows nothing of it. A server that answers `server/discover` there all
 * the same is reached by the handshake through Sallyport.
 */
async function withHandshakeAlone(client: OfficialClient, server: MatrixServer): Promise<Account> {
  const other = client.shakingHands();
  if (other === undefined)
    return { revision: undefined, seen: { connect: expect.objectContaining(NO_COMMON_REVISION[0] ?? {}) } };
  const { target } = opened.get(server) as Opened;
  return visitDirectly(other, server, target);
}

/**
 * A log line on stdio names no call. Where one process serves all callers, it goes to the only call that wants logs, and to nobody where
 * there are several or one was cancelled just now: such a client gets a gate of its own.
 */
async function throughFor(server: MatrixServer, alone: boolean): Promise<Through> {
  const { target, through } = opened.get(server) as Opened;
  return alone ? use(new Through(target)) : through;
}

/** What goes into the cell, or the test fails. */
function verdictOf(direct: Account, guarded: Account, translated: boolean): string {
  const refused = direct.revision === undefined;
  // Each transport has its own way to say that there is no common revision.
  if (!refused || !translated) expect(differencesOf(underPolicy(direct), guarded)).toEqual([]);
  expect(guarded.revision).toBe(direct.revision);
  if (!refused) {
    expect(failuresIn(direct)).toEqual([]);
    return `${direct.revision} ✓`;
  }
  for (const { seen } of [direct, guarded]) {
    const { failed, code } = seen['connect'] as { failed: string; code: unknown };
    expect(NO_COMMON_REVISION).toContainEqual({ failed, code });
  }
  return translated ? 'refused, as over stdio' : 'refused, as directly';
}

describe.concurrent.each(SERVERS)('$name over $transport', (server) => {
  it.each(CLIENTS.filter((client) => meet(client, server)))(
    'is the same through Sallyport for the client $name over $transport',
    async (client) => {
      cells.set(keyOf(client, server), '✗');
      const { target } = opened.get(server) as Opened;
      const translated = client.transport !== server.transport;
      const direct = await visitDirectly(client, server, target);
      const through = await throughFor(server, translated && direct.revision === MODERN);
      const way = await through.targetFor(client.transport);
      if (way === undefined) expect.fail('there is no way');
      const guarded = await visit(client, way, server.surface, through.approve);
      if (server.transport === 'HTTP+SSE' && direct.revision === MODERN) {
        const expected = await withHandshakeAlone(client, server);
        expect(differencesOf(underPolicy(expected), guarded)).toEqual([]);
        cells.set(keyOf(client, server), expected.revision === undefined ? HANDSHAKE_ONLY : `${expected.revision} ✓`);
      } else cells.set(keyOf(client, server), verdictOf(direct, guarded, translated));
    },
    VISITS_MS,
  );
});

// Without Python there is no whole table.
it.skipIf(PYTHON === undefined)('stands in docs/compatibility.md as it was found', () => {
  const table = renderMatrix((client, server) => cells.get(keyOf(client, server)) ?? NO_WAY);
  if (update) commitMatrix(table);
  expect(committedMatrix(), 'run it with UPDATE_COMPATIBILITY=1 and read what it writes').toBe(table);
  expect(table).not.toContain('✗');
});
