import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ApprovalSubject } from '../sidecar/approvals/approval.ts';
import { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { ApprovalsApi } from './approvals-api.ts';
import { registerApprovals } from './approvals.ts';
import { folderWith, runCli } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const subject: ApprovalSubject = {
  namespace: 'default',
  server: 'files',
  method: 'tools/call',
  target: { kind: 'tool', name: 'write_file', args: { path: '/data/a' } },
  principal: { kind: 'token', name: 'billing-agent', groups: ['agents'] },
  digest: `sha256:${'d'.repeat(64)}`,
  pin: undefined,
  shown: {},
  preview: { path: '/data/a' },
  reason: 'writes need a person',
  rules: ['default/files#writes'],
  revision: `sha256:${'e'.repeat(64)}`,
  expiresMs: 900_000,
};

/** A running gate as far as approvals go: its broker behind its real socket. */
async function gate(directory: string, name: string): Promise<ApprovalBroker> {
  let made = 0;
  const broker = new ApprovalBroker(SYSTEM_CLOCK, () => `${name}-${++made}`);
  const api = new ApprovalsApi(join(directory, `${name}.sock`), broker);
  await api.listen();
  onTestFinished(() => api.close());
  return broker;
}

function submit(broker: ApprovalBroker, change: Partial<ApprovalSubject> = {}): string {
  const submission = broker.submit({ ...subject, ...change });
  if (submission === undefined) throw new Error('too many wait');
  return submission.approval.name;
}

function inRuntime(directory: string) {
  vi.stubEnv('SALLYPORT_RUNTIME_DIR', directory);
  return (...args: string[]) => runHere(registerApprovals, ['approvals', ...args]);
}

afterEach(() => vi.unstubAllEnvs());

describe('sallyport approvals', () => {
  it('lists what waits at every gate, most urgent first', async () => {
    const directory = folderWith({ 'not-a-socket.sock': '' });
    const run = inRuntime(directory);
    const [files, ledger] = [await gate(directory, 'files'), await gate(directory, 'ledger')];
    expect(await run('list')).toEqual({ code: 0, stdout: '', stderr: 'No call waits for approval.\n' });
    submit(files);
    submit(ledger, { server: 'ledger', expiresMs: 60_000 });
    const denied = submit(files, { digest: `sha256:${'f'.repeat(64)}` });
    files.decide(denied, 'Denied', 'ada', undefined);
    const list = await run('list');
    expect(list.stdout.split('\n').map((line) => line.split(/ +/).slice(0, 5).join(' '))).toEqual([
      'NAME SERVER TOOL BY STATE',
      'ledger-1 ledger write_file billing-agent Pending',
      'files-1 files write_file billing-agent Pending',
      '',
    ]);
    expect((await run('list', '--all')).stdout).toMatch(/files-2 .* Denied +- +nothing that is shown\n/);
    const one = await run('list', '--socket', join(directory, 'ledger.sock'), '-o', 'json');
    expect(JSON.parse(one.stdout)).toMatchObject({
      kind: 'List',
      items: [{ kind: 'ApprovalRequest', metadata: { name: 'ledger-1' } }],
    });
  });

  it('shows, approves once and then says by whom', async () => {
    const directory = folderWith();
    const run = inRuntime(directory);
    await gate(directory, 'other');
    const broker = await gate(directory, 'the-one');
    const name = submit(broker);
    expect((await run('show', name)).stdout).toContain('What      tools/call, tool "write_file"');
    expect((await run('show', name, '-o', 'yaml')).stdout).toContain('kind: ApprovalRequest\n');
    const approved = await runCli(['approvals', 'approve', name, '--reason', 'ticket 4711']);
    expect(approved).toEqual({
      code: 0,
      stdout: 'approved: the-one-1; tools/call "write_file" by billing-agent may run once\n',
      stderr: '',
    });
    expect(broker.get(name)).toMatchObject({ state: 'Approved', reason: 'ticket 4711' });
    const again = await runCli(['approvals', 'deny', name]);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(
      /^sallyport: approval the-one-1 is settled already: Approved by \S+ at 20\S+: ticket 4711; nothing was changed\n$/,
    );
    expect(broker.get(name)?.state).toBe('Approved');
  });

  it('denies with a reason', async () => {
    const directory = folderWith();
    const broker = await gate(directory, 'g');
    const name = submit(broker);
    const { code, stdout } = await inRuntime(directory)('deny', name, '--reason', 'not this file');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'denied: g-1; tools/call "write_file" by billing-agent will not run\n',
    });
    expect(broker.get(name)).toMatchObject({ state: 'Denied', reason: 'not this file' });
  });

  it.each([['show'], ['approve'], ['deny']])('does not %s what it does not know', async (verb) => {
    const directory = folderWith();
    await gate(directory, 'g');
    for (const name of ['nope', '', '../approvals']) {
      const { code, stdout, stderr } = await inRuntime(directory)(verb, name);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`approval ${name} is not known: `);
      expect(stderr).toContain('`sallyport approvals list` shows');
    }
  });

  it('refuses a reason that would be cut', async () => {
    const { code, stderr } = await inRuntime(folderWith())('approve', 'x', '--reason', 'y'.repeat(501));
    expect(code).toBe(2);
    expect(stderr).toContain('--reason has 501 characters, at most 500 are kept');
  });

  it.each([
    ['no directory', () => '/nowhere/at/all', 'no gate of this user is running; start one: sallyport up'],
    ['an empty directory', () => folderWith(), 'no gate of this user is running'],
    ['only a socket that nobody listens on', () => folderWith({ 'dead.sock': '' }), 'no gate of this user is running'],
  ])('says that no gate runs where there is %s', async (_, directory, sentence) => {
    const run = inRuntime(directory());
    for (const args of [['list'], ['show', 'x'], ['approve', 'x']]) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(sentence);
    }
  });

  it('asks the other gates although one answers nonsense', async () => {
    const directory = folderWith();
    const broken = createServer((_, response) => response.end('[}'));
    await new Promise<void>((resolve) => broken.listen(join(directory, 'a.sock'), resolve));
    onTestFinished(() => new Promise<void>((resolve) => broken.close(() => resolve())));
    const broker = await gate(directory, 'good');
    const name = submit(broker);
    const run = inRuntime(directory);
    const list = await run('list');
    expect(list.code).toBe(0);
    expect(list.stdout).toContain(name);
    expect(list.stderr).toContain('a.sock does not answer: ');
    expect((await run('approve', name)).code).toBe(0);
  });
});
