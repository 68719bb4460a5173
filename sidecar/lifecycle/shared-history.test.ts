import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Policy } from '../../core/policy/policy.ts';
import { eventually } from '../../test/support/eventually.ts';
import { bundleOf } from '../../test/support/policy.ts';
import { StoreServer, storePrograms } from '../../test/support/store-server.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { LocalHistory } from '../memory/history/local-history.ts';
import { shareInPod } from './shared-history.ts';

const PASSWORD = 'the password';

function policyWith(valkey: object | undefined, rules: object = {}): Policy {
  const { bundle, revision } = bundleOf(rules);
  const state = valkey && {
    valkey: {
      ...{ host: '127.0.0.1', port: 1, tls: false, ca: null, database: 0, username: null, password: null },
      ...{ onFailure: 'Local' as const, ...valkey },
    },
  };
  const server = { ...bundle.server, ...(state === undefined ? {} : { state }) };
  return new Policy({ ...bundle, server }, revision);
}

function share(first: Policy, bundleDirectory = '/nowhere', inCluster = true) {
  let policy = first;
  const told: unknown[] = [];
  const registry = new Registry();
  const operator = { url: 'https://operator', tokenFile: '/nowhere', caFile: undefined };
  const history = shareInPod(
    { server: 'finance/ledger', bundleDirectory, operator: inCluster ? operator : undefined },
    {
      ...{ policy: { current: () => policy }, local: new LocalHistory(SYSTEM_CLOCK), registry },
      secrets: {
        version: 0,
        read: (secret, key) =>
          secret === 'keys' && key === 'store' ? { text: `${PASSWORD}\n` } : { problem: 'is not there' },
      },
      log: { info() {}, warn() {} },
      operator: { storeHeard: (state) => told.push(state) },
    },
  );
  onTestFinished(() => history.close());
  return {
    ...{ history, told, registry },
    change: (to: Policy) => {
      policy = to;
      history.follow();
    },
  };
}

describe.each(storePrograms().slice(0, 1))('%s', (program) => {
  it('comes with the password of a Secret or of a file, and stays while the policy names the same store', async () => {
    const server = await StoreServer.start(program, { password: PASSWORD });
    onTestFinished(() => server.close());
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-password-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'password');
    writeFileSync(file, PASSWORD);
    chmodSync(file, 0o600);
    const { port } = server;
    const { told, change, registry } = share(policyWith({ port, password: { secret: 'keys', key: 'store' } }));
    await eventually('it is told', () => told.length > 0);
    expect(told).toEqual([{ problem: null }]);
    change(
      policyWith({ port, password: { secret: 'keys', key: 'store' } }, { tools: [{ names: ['a'], effect: 'Deny' }] }),
    );
    expect(Number(/id=(\d+)/.exec(server.ask(['CLIENT', 'LIST', 'TYPE', 'normal'], PASSWORD))?.[1])).toBeGreaterThan(0);
    expect(told).toHaveLength(1);
    change(policyWith({ port, password: { file } }));
    await eventually('it is told again', () => told.length > 1);
    expect(told.at(-1)).toEqual({ problem: null });
    expect(await registry.metrics()).toContain('sallyport_state_connected{server="finance/ledger"} 1');
    change(policyWith(undefined));
    expect(told.at(-1)).toBeUndefined();
    expect(await registry.metrics()).toContain('sallyport_state_connected{server="finance/ledger"} 0');
  });
});

it.each([
  [{ secret: 'keys', key: 'other' }, 'the password in key other of Secret keys is not there'],
  [{ file: '/nowhere/password' }, 'the password in /nowhere/password cannot be read (ENOENT)'],
])('says which password is not to be had: %j', (password, problem) => {
  const { told } = share(policyWith({ password }));
  expect(JSON.stringify(told[0])).toContain(problem);
});

it.each([
  ['an operator has not said how many there are', true, undefined, false],
  ['it was started without an operator', false, undefined, true],
  ['there are two of them', true, '2', true],
  ['there are more than the limit', true, '11', false],
])('decides on its own where %s: %s, %s', async (_what, inCluster, text, passes) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-replicas-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  if (text !== undefined) writeFileSync(join(folder, 'replicas'), text);
  const { history } = share(policyWith({}), folder, inCluster);
  const op = { kind: 'window' as const, of: 'r', whom: 'w', windowMs: 60_000, limit: 10, add: 1 };
  const outcome = history.apply([{ op, isAsked: true }], 'Take');
  const found =
    'done' in outcome
      ? await new Promise<typeof outcome | undefined>((resolve) => outcome.done(resolve as never))
      : outcome;
  expect(found !== undefined && 'holds' in found && found.holds).toBe(passes);
});
