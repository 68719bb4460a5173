/**
 * The official clients send what the door refuses, in a session of their own with a call open beside it: the session goes on, and what was
 * wrong reaches whoever called. Python's come from PyPI, into environments that are made on first use.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { findPython, pythonWith } from '../support/python.ts';
import { SPOILING_CLIENTS, type SpoilingClient } from '../support/spoiling-clients.ts';
import { BODIES, BODY_LIMIT, type BodyRow, type Era, callOf } from '../support/strict-bodies.ts';

const { use } = cleanupAfterAll();
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  const policy = policyOf({ ...ALLOW_ALL, limits: { body: BODY_LIMIT } }, { anonymous: true });
  gate = await use(startGate({ upstream: fixture.url, policy }));
});

/** What a client made of the answer. */
interface Heard {
  readonly kind: 'result' | 'error' | 'answered';
  readonly code?: unknown;
  readonly text: string;
}

function expectHeard(row: BodyRow, heard: Heard): void {
  const [status, code] = row.expected;
  expect(heard.kind).not.toBe('answered');
  if (status !== 200) return;
  expect([heard.kind, heard.code ?? 'result']).toEqual(code === 'result' ? ['result', code] : ['error', code]);
  expect(heard.text).toMatch(row.says ?? expect.fail(`${row.name} says nothing`));
}

describe.each(SPOILING_CLIENTS)('the TypeScript client %s', (_name, connect) => {
  let client: SpoilingClient;
  beforeAll(async () => {
    client = await use(connect(gate.url));
  });

  it.each(BODIES)('goes on in its session after $name', async (row) => {
    const open = client.call('slow', { ms: 100 });
    const reached = fixture.executed.filter((tool) => tool === 'echo').length;
    const heard = await client.callSpoiled(row).then(
      (result): Heard => {
        const isError = (result as { isError?: boolean }).isError === true;
        return { kind: isError ? 'result' : 'answered', text: textOf(result) };
      },
      (error: Error & { code?: unknown }): Heard => ({ kind: 'error', code: error.code, text: error.message }),
    );
    expectHeard(row, heard);
    expect(fixture.executed.filter((tool) => tool === 'echo')).toHaveLength(reached);
    await expect(open).resolves.not.toHaveProperty('isError');
    expect(textOf(await client.call('echo', { alive: true }))).toContain('alive');
  });
});

interface Line extends Heard {
  readonly row: string;
  readonly lived: boolean;
}

/** Stands for the id that the client gives the call. */
const ANY_ID = 424_242;
const PYTHON_LIMIT_MS = 100_000;

const PYTHON_CLIENTS: readonly (readonly [sdk: string, mode: string, era: Era])[] = [
  ['sdk-1', 'legacy', 'legacy'],
  ['sdk-2', 'legacy', 'legacy'],
  ['sdk-2', '2026-07-28', 'modern'],
];
const version = findPython('what Python clients do with refusals');

describe.skipIf(version === undefined)('the Python client', () => {
  it.each(PYTHON_CLIENTS)(
    '%s (%s) goes on in its session after all that is answered',
    async (sdk, mode, era) => {
      const folder = join(import.meta.dirname, 'python');
      const python = await pythonWith(join(folder, `${sdk}.txt`), version ?? '');
      // How a body is framed is not the client's to choose here.
      const rows = BODIES.filter(({ chunked, expected: [status] }) => chunked === undefined && status !== 413);
      const sent = rows.map(({ name, change, headers = [] }) => ({
        name,
        body: Buffer.from(change(callOf(era, ANY_ID)) as string).toString('base64'),
        headers: Object.fromEntries(headers),
      }));
      const child = spawn(python, [join(folder, 'strictness.py'), mode], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(JSON.stringify({ url: gate.url, id: String(ANY_ID), rows: sent }));
      const lines = (await text(child.stdout)).trim().split('\n');
      const heard = new Map(lines.map((line) => JSON.parse(line) as Line).map((line) => [line.row, line]));
      expect([...heard.keys()]).toEqual(rows.map(({ name }) => name));
      for (const row of rows) {
        const line = heard.get(row.name) ?? expect.fail(row.name);
        expectHeard(row, line);
        // The first generation ends with every HTTP error; that is why so little is one.
        if (row.expected[0] === 200 || sdk !== 'sdk-1') expect(line, row.name).toMatchObject({ lived: true });
      }
    },
    PYTHON_LIMIT_MS,
  );
});
