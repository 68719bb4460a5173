/** Pins that the operator keeps for all gates of a server, as the sidecar of a pod goes by them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV2, textOf } from '../support/clients.ts';
import { type Drift, registerDrifting } from '../support/drifting-surface.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const { use, defer } = cleanupAfterEach();
const OTHER = `sha256:${'0'.repeat(64)}`;
let operator: OperatorDouble;
let server: FixtureServer;
let drift: Drift;
let state: string;
let bundle: MountedVolume;
beforeEach(async () => {
  drift = { description: 'Adds two numbers.', ran: [] };
  server = await use(startFixture(0, { onServer: (made) => registerDrifting(made, drift) }));
  operator = await use(OperatorDouble.start());
  bundle = await use(new MountedVolume());
  state = mkdtempSync(join(tmpdir(), 'sallyport-pins-'));
  defer(() => rmSync(state, { recursive: true }));
  const definitions = { pin: 'FirstUse', onChange: 'RequireApproval' } as const;
  bundle.swap({ 'bundle.v2.json': bundleOf({ ...ALLOW_ALL, definitions }).text });
});

const snapshot = (version: string, ...pins: object[]) => ({ version, pins, clashes: [] });
const add = (first: string, ...accepted: string[]) => ({ kind: 'tool', name: 'add', first, accepted, refused: [] });

/** Ready, as its Service would wait for. */
async function start(): Promise<SidecarProcess> {
  const sidecar = await use(
    startSidecar({
      SALLYPORT_UPSTREAM: server.url,
      SALLYPORT_BUNDLE_DIR: bundle.path,
      SALLYPORT_STATE_DIR: state,
      ...operator.env,
    }),
  );
  await eventually('it is ready', async () => (await sidecar.readiness()).status === 200, 20_000);
  return sidecar;
}

async function listed(sidecar: SidecarProcess): Promise<string[]> {
  const client = await use(connectV2(sidecar.url, 'modern'));
  return (await client.listTools()).tools.map(({ name }) => name);
}

it(
  'what another gate has seen first counts, what is new is told, and what a person approves is shown without a restart',
  { tags: ['pins'] },
  async () => {
    operator.pins = snapshot('1', add(OTHER));
    const sidecar = await start();
    const names = await listed(sidecar);
    expect(names).toEqual(expect.arrayContaining(['drift', 'echo']));
    expect(names).not.toContain('add');
    const client = await use(connectV2(sidecar.url, 'modern'));
    const refused = await client.callTool({ name: 'add', arguments: {} }).then(textOf, String);
    expect(refused).toMatch(/waits for a person to approve the change/);
    const told = await eventually('it is told', () => (operator.told.length >= 3 ? operator.told : undefined));
    expect(told).toContainEqual(
      expect.objectContaining({
        kind: 'tool',
        used: true,
        definition: expect.objectContaining({ name: 'echo' }) as object,
      }),
    );
    const held = told.find(({ used, definition }) => used === false && (definition as { name: string }).name === 'add');

    operator.setPins(
      snapshot('2', add(OTHER, definitionDigest({ kind: 'tool', value: held?.['definition'] as never }))),
    );
    await eventually('it is shown', async () => (await listed(sidecar)).includes('add'));
    expect(await client.callTool({ name: 'add', arguments: {} }).then(textOf)).toBe('add ran');
  },
);

it('a gate that starts again while the operator is away goes by what it knows, and begins with nothing new', async () => {
  operator.pins = snapshot('1', add(OTHER));
  const first = await start();
  expect(await listed(first)).not.toContain('add');
  await first.terminate();
  await operator.down();
  const second = await start();
  const names = await listed(second);
  // Seen before by this gate, changed for the others.
  expect(names).toContain('echo');
  expect(names).not.toContain('add');
  expect(await second.metrics()).toMatch(/sallyport_pins_shared\{[^}]*\} 0/);
  rmSync(join(state, 'pins', 'definitions.jsonl'));
  await second.terminate();
  const third = await start();
  expect(await listed(third)).toEqual([]);
  await operator.listen();
  // Three processes, one after the other.
}, 90_000);
