/** The audit log of running gates: what is on record when, and what becomes of its files. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenFile } from '../../sidecar/audit/open-file.ts';
import { LocalApprovals } from '../../sidecar/approvals/local-approvals.ts';
import { ApprovalBroker } from '../../sidecar/approvals/broker.ts';
import { newApprovalName } from '../../sidecar/approvals/name.ts';
import { SYSTEM_CLOCK } from '../../sidecar/clock.ts';
import { endCalls } from '../../sidecar/lifecycle/end-calls.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { Workspace, runCli, type CliProcess } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { policyHolding, transfer } from '../support/held-calls.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use } = cleanupAfterEach();

describe('a call', { tags: ['records'] }, () => {
  let fixture: FixtureServer;
  let syncs: { file: OpenFile; done: (error: NodeJS.ErrnoException | null) => void }[];
  /** The first sync waits for the test; those after it are the disk's. */
  let isHeld: boolean;
  const sync = (file: OpenFile, done: (error: NodeJS.ErrnoException | null) => void): void => {
    if (isHeld) syncs.push({ file, done });
    else file.sync(done);
  };
  const letThrough = (error: NodeJS.ErrnoException | null): void => {
    isHeld = false;
    for (const { done } of syncs.splice(0)) done(error);
  };
  beforeEach(async () => {
    syncs = [];
    isHeld = true;
    fixture = await use(startFixture());
  });
  const required = (): ReturnType<typeof policyOf> => {
    const policy = policyOf(ALLOW_ALL);
    Object.assign(policy.bundle, { audit: { level: 'Required' } });
    return policy;
  };
  const events = (file: string): string[] => readAudit(file).map(({ event }) => event as string);

  it('is sent only when its intent is on the disk, where a pack requires it', async () => {
    const gate = await use(startGate({ upstream: fixture.url, policy: required(), audit: { sync } }));
    const running = transfer(gate, {}, { tool: 'echo' });
    await eventually('the sync is asked for', () => syncs.length === 1);
    expect(events(syncs[0]?.file.path ?? '')).toEqual(['open', 'intent']);
    expect(fixture.executed).toEqual([]);
    const { path = '' } = syncs[0]?.file ?? {};
    letThrough(null);
    expect((await running).text).toContain('echo');
    const lines = await gate.decisions(1);
    expect(lines).toMatchObject([{ outcome: 'answered', intent: 1 }]);
    expect(events(path)).toEqual(['open', 'intent', 'decision']);
  });

  it('is refused, and that is on record, where the disk fails', async () => {
    const gate = await use(startGate({ upstream: fixture.url, policy: required(), audit: { sync, retryMs: 20 } }));
    const running = transfer(gate, {}, { tool: 'echo' });
    await eventually('the sync is asked for', () => syncs.length === 1);
    letThrough(Object.assign(new Error('I/O error'), { code: 'EIO' }));
    expect((await running).response.body).toContain('the call was not sent');
    expect(fixture.executed).toEqual([]);
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'refused', decision: { reason: 'audit-unavailable' } }]);
  });

  it('that is open for a second is on record before its end', async () => {
    const gate = await use(startGate({ upstream: fixture.url, audit: { sync } }));
    const running = transfer(gate, { ms: 2_000 }, { tool: 'slow' });
    await eventually('the intent is written', () => syncs.length === 1);
    expect(events(syncs[0]?.file.path ?? '')).toEqual(['open', 'intent']);
    letThrough(null);
    expect((await running).text).toBe('slept');
    expect(await gate.decisions(1)).toMatchObject([{ outcome: 'answered', intent: 1 }]);
  });

  it('whose approval is being used up when the gate ends is on record', async () => {
    const broker = new ApprovalBroker(SYSTEM_CLOCK, newApprovalName);
    const local = new LocalApprovals(broker, SYSTEM_CLOCK);
    const claim = Promise.withResolvers<void>();
    let isClaiming = false;
    const approvals = {
      submit: local.submit.bind(local),
      watch: local.watch.bind(local),
      async claim(...args: Parameters<typeof local.claim>): ReturnType<typeof local.claim> {
        isClaiming = true;
        await claim.promise;
        return local.claim(...args);
      },
    };
    const gate = await use(startGate({ upstream: fixture.url, policy: policyHolding('20s'), approvals }));
    const running = transfer(gate, {});
    const held = await eventually('it is held', () => broker.list()[0]);
    broker.decide(held.name, 'Approved', 'ada', undefined);
    await eventually('the approval is being used up', () => isClaiming);
    const ended = endCalls(gate.gate, async () => {});
    claim.resolve();
    await ended;
    await running.catch(() => {});
    expect(gate.gate.holds.size).toBe(0);
    expect(await gate.decisions(1)).toMatchObject([{ approval: { state: 'Consumed' } }]);
  });
});

describe('sallyport up', () => {
  let home: Workspace;
  beforeEach(async () => {
    home = await use(new Workspace());
    await (await use(runCli(home, 'init', home.path('policy')))).exit();
  });
  const up = (audit: string): CliProcess =>
    runCli(
      home,
      'up',
      '-f',
      home.path('policy'),
      '--audit',
      audit,
      '--port',
      '0',
      '--metrics-port',
      '0',
      '--upstream',
      'http://127.0.0.1:9/mcp',
    );

  it('takes up a file that logrotate has moved, at SIGHUP', async () => {
    const file = home.path('audit.jsonl');
    const cli = await use(up(file));
    await cli.said(/Ctrl-C stops it/);
    // There is no valid one: the client's token is missing.
    await eventually('the log says which policy there is', () => readFileSync(file, 'utf8').includes('"policy"'));
    renameSync(file, `${file}.1`);
    cli.process.kill('SIGHUP');
    await eventually('a new file is begun', () => existsSync(file) && readFileSync(file, 'utf8') !== '');
    cli.process.kill('SIGHUP');
    await cli.said(/SIGHUP: the audit file was not moved/);
    cli.process.kill('SIGTERM');
    expect(await cli.exit()).toBe(0);
    const names = readdirSync(home.path('state'), { recursive: true, encoding: 'utf8' });
    const key = home.path('state', names.find((name) => name.endsWith('audit.pub')) ?? '');
    const verified = await use(runCli(home, 'audit', 'verify', file, `${file}.1`, '--key', key));
    expect(await verified.exit()).toBe(0);
    expect(verified.out[0]).toMatch(/^OK: 2 files, 5 records, 1 stream/);
    expect(verified.out[2]).toMatch(/^signed: 3 records, the last of them before line 2 of /);
  });

  it('records 500 requests without a token in a few lines', async () => {
    const file = home.path('audit.jsonl');
    const cli = await use(up(file));
    const [, port = ''] = await cli.said(/MCP +http:\/\/127\.0\.0\.1:(\d+)/);
    for (let i = 0; i < 500; i++)
      await rawExchange(Number(port), { headers: [['Content-Type', 'application/json']], body: '{}' });
    cli.process.kill('SIGTERM');
    expect(await cli.exit()).toBe(0);
    const lines = readAudit(file);
    expect(lines.length).toBeLessThan(9);
    expect(lines.findLast((line) => 'refusals' in line)).toMatchObject({
      event: 'refusals',
      refusals: [{ count: 499, source: '127.0.0.1' }],
    });
  });

  it.skipIf(process.platform !== 'linux').each([
    ['under /proc', () => '/proc/sallyport/audit.jsonl', /cannot be written/],
    ['in a pipe', () => (execFileSync('mkfifo', [home.path('pipe')]), home.path('pipe')), /is a pipe/],
    ['in a folder', () => home.path('policy'), /is a folder/],
  ])('says so at once of a log %s', async (_name, path, says) => {
    const cli = await use(up(path()));
    expect(await cli.exit()).toBe(1);
    expect(cli.err.join('\n')).toMatch(says);
  });
});
