import { chmodSync, mkdirSync, statSync } from 'node:fs';
import http from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApprovalBroker } from '../sidecar/approvals/broker.ts';
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import { ApprovalsApi, approver } from './approvals-api.ts';
import { folderWith } from './testing/run-cli.ts';

async function open() {
  const socket = join(folderWith(), 'run', 'gate.sock');
  const broker = new ApprovalBroker(SYSTEM_CLOCK, () => 'a1');
  const api = new ApprovalsApi(socket, broker);
  await api.listen();
  onTestFinished(() => api.close());
  broker.submit({
    namespace: 'default',
    server: 's',
    method: 'tools/call',
    target: { kind: 'tool', name: 't', args: {} },
    principal: { kind: 'token', name: 'ada', groups: [] },
    digest: `sha256:${'a'.repeat(64)}`,
    pin: undefined,
    shown: {},
    preview: {},
    reason: 'why',
    rules: ['r'],
    revision: `sha256:${'b'.repeat(64)}`,
    expiresMs: 60_000,
  });
  return { socket, broker };
}

function ask(
  socketPath: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath, path, method: body === undefined ? 'GET' : 'POST' }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, json: JSON.parse(text) as Record<string, unknown> }),
      );
    });
    request.once('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('ApprovalsApi', () => {
  it('can be opened by this user alone', async () => {
    const { socket } = await open();
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
  });

  it('lists and shows what waits', async () => {
    const { socket } = await open();
    const list = await ask(socket, '/approvals');
    expect(list.json['items']).toMatchObject([{ kind: 'ApprovalRequest', metadata: { name: 'a1' } }]);
    expect((await ask(socket, '/approvals/a1')).json).toMatchObject({ status: { state: 'Pending' } });
    expect((await ask(socket, '/approvals/a2')).status).toBe(404);
  });

  it('takes a decision once, under the name of the user that owns the socket', async () => {
    const { socket, broker } = await open();
    const decided = await ask(socket, '/approvals/a1', { decision: 'Approved', reason: 'fine' });
    expect(decided).toMatchObject({
      status: 200,
      json: { status: { state: 'Approved', decidedBy: approver(), reason: 'fine' } },
    });
    expect(await ask(socket, '/approvals/a1', { decision: 'Denied' })).toMatchObject({
      status: 409,
      json: { state: 'Approved' },
    });
    expect(broker.get('a1')?.state).toBe('Approved');
  });

  it('says of a decision that is too large what is wrong with it', async () => {
    const { socket, broker } = await open();
    const answer = await ask(socket, '/approvals/a1', { decision: 'Approved', reason: 'x'.repeat(1_000_000) });
    expect(answer).toMatchObject({ status: 413, json: { error: expect.stringContaining('shorten its reason') } });
    expect(broker.get('a1')?.state).toBe('Pending');
  });

  it.each([{}, { decision: 'Maybe' }, { decision: 'Consumed' }, [], null])('decides nothing on %j', async (body) => {
    const { socket, broker } = await open();
    expect((await ask(socket, '/approvals/a1', body)).status).toBe(400);
    expect(broker.get('a1')?.state).toBe('Pending');
  });
});

it('does not listen where others could put a socket in the place of its own', async () => {
  const directory = join(folderWith(), 'run');
  mkdirSync(directory);
  chmodSync(directory, 0o777);
  const api = new ApprovalsApi(join(directory, 'gate.sock'), new ApprovalBroker(SYSTEM_CLOCK, () => 'a1'));
  await expect(api.listen()).rejects.toThrow(/others can change/);
});
