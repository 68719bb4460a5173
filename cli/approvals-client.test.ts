import http from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findSockets, Gates, noGate } from './approvals-client.ts';
import { folderWith } from './testing/run-cli.ts';

const approval = (name: string, expiresAt = '2026-01-01T00:00:00Z', state = 'Pending') => ({
  metadata: { name },
  spec: { expiresAt },
  status: { state },
});

type Answer = (request: { method: string; url: string; body: string }) => [status: number, body: string];
const json = (status: number, value: unknown): [number, string] => [status, JSON.stringify(value)];

/** Something that listens where a gate would. */
async function gate(answer: Answer): Promise<{ socket: string; asked: string[] }> {
  const socket = join(folderWith(), 'a.sock');
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '' } = request;
      asked.push(`${method} ${url}`);
      const [status, body] = answer({ method, url, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { socket, asked };
}

const lists = (...items: unknown[]): Promise<{ socket: string; asked: string[] }> => gate(() => json(200, { items }));
/** A gate that was killed leaves its socket behind. */
const killed = (): string => join(folderWith(), 'gone.sock');

describe('what waits', () => {
  test('is that of all gates, the most urgent first', async () => {
    const [one, two] = [
      await lists(approval('b', '2026-01-02T00:00:00Z'), approval('c', '2026-01-03T00:00:00Z')),
      await lists(approval('a', '2026-01-01T00:00:00Z')),
    ];
    const gates = new Gates([one.socket, killed(), two.socket]);
    expect((await gates.list())?.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect(gates.faults).toEqual([]);
  });

  test('is nothing of a gate that says so, and not known where none runs', async () => {
    expect(await new Gates([(await lists()).socket]).list()).toEqual([]);
    expect(await new Gates([killed()]).list()).toBeUndefined();
    expect(await new Gates([]).list()).toBeUndefined();
  });

  const strange: Record<string, Answer> = {
    'a fault': () => json(500, { items: [] }),
    'no list': () => json(200, { items: 'none' }),
    'nothing in the list': () => json(200, { items: [null] }),
    'approvals without a spec': () => json(200, { items: [{ spec: null }] }),
  };
  for (const [name, answer] of Object.entries(strange)) {
    test(`is not said to be nothing of what answers with ${name}`, async () => {
      const { socket } = await gate(answer);
      const gates = new Gates([socket]);
      expect(await gates.list()).toBeUndefined();
      expect(gates.faults).toEqual([`${socket} does not answer as a gate does`]);
      const both = new Gates([socket, (await lists(approval('a'))).socket]);
      expect(await both.list()).toHaveLength(1);
    });
  }

  test('is told of the others when one answers with what is no JSON', async () => {
    const { socket } = await gate(() => [200, '<html>']);
    const gates = new Gates([socket, (await lists(approval('a'))).socket]);
    expect(await gates.list()).toHaveLength(1);
    expect(gates.faults).toEqual([expect.stringContaining(`${socket} does not answer: `)]);
  });
});

describe('one approval', () => {
  const knows = (name: string) =>
    gate(({ url }) => (url === `/approvals/${name}` ? json(200, approval(name)) : json(404, { error: 'unknown' })));

  test('is that of the gate that knows it', async () => {
    const [one, two] = [await knows('a'), await knows('b')];
    const gates = new Gates([one.socket, two.socket]);
    expect((await gates.get('b'))?.metadata.name).toBe('b');
    expect(await gates.get('c')).toBeUndefined();
  });

  test('of no name is none, and nobody is asked for it', async () => {
    const { socket, asked } = await lists(approval('a'));
    expect(await new Gates([socket]).get('')).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('is asked for by a name that cannot leave its place in the path', async () => {
    const { socket, asked } = await knows('a');
    await new Gates([socket]).get('../x?y#z');
    expect(asked).toEqual(['GET /approvals/..%2Fx%3Fy%23z']);
  });

  test('without a spec is none of a gate', async () => {
    const { socket } = await gate(() => json(200, { spec: null }));
    await expect(new Gates([socket]).get('a')).rejects.toThrow('is not a gate');
  });

  test('cannot be asked for where no gate runs', async () => {
    await expect(new Gates([killed()]).get('a')).rejects.toThrow('no gate of this user is running');
  });
});

describe('a decision', () => {
  test('reaches the gate that knows the call, and no other', async () => {
    const unknown = await gate(() => json(404, {}));
    let sent = '';
    const knows = await gate(({ body }) => {
      sent = body;
      return json(200, approval('a', undefined, 'Approved'));
    });
    const after = await lists();
    const decided = await new Gates([unknown.socket, knows.socket, after.socket]).decide('a', 'Approved', 'fine');
    expect(decided).toMatchObject({ outcome: 'decided', approval: { status: { state: 'Approved' } } });
    expect(JSON.parse(sent)).toEqual({ decision: 'Approved', reason: 'fine' });
    expect(after.asked).toEqual([]);
  });

  test('that is too late says what it is by now', async () => {
    const { socket } = await gate(({ method }) =>
      method === 'POST' ? json(409, { state: 'Expired' }) : json(200, approval('a', undefined, 'Expired')),
    );
    expect(await new Gates([socket]).decide('a', 'Denied', undefined)).toMatchObject({
      outcome: 'settled',
      state: 'Expired',
    });
  });

  test('that is too late says so also when the approval is gone meanwhile', async () => {
    const { socket } = await gate(({ method }) => (method === 'POST' ? json(409, { state: 7 }) : json(404, {})));
    expect(await new Gates([socket]).decide('a', 'Denied', undefined)).toEqual({
      outcome: 'settled',
      state: 'settled',
      approval: undefined,
    });
  });

  test('that a gate refuses says why', async () => {
    const { socket } = await gate(() => json(400, { error: 'not so' }));
    await expect(new Gates([socket]).decide('a', 'Denied', undefined)).rejects.toThrow('the gate refused: not so');
    const silent = await gate(() => json(503, {}));
    await expect(new Gates([silent.socket]).decide('a', 'Denied', undefined)).rejects.toThrow('HTTP status 503');
  });

  test('on what nobody knows is none', async () => {
    const { socket } = await gate(() => json(404, {}));
    expect(await new Gates([socket]).decide('a', 'Denied', undefined)).toBeUndefined();
  });
});

describe('sockets', () => {
  test('are those in the folder, in order', () => {
    const folder = folderWith({ 'b-1.sock': '', 'a-2.sock': '', 'a.txt': '' });
    expect(findSockets(folder)).toEqual([join(folder, 'a-2.sock'), join(folder, 'b-1.sock')]);
  });
  test('are none where there is no folder', () => expect(findSockets(join(folderWith(), 'none'))).toEqual([]));
  test('cannot be looked for in a file', () => {
    const file = join(folderWith(), 'file');
    writeFileSync(file, '');
    expect(() => findSockets(file)).toThrow('a part of the path is not a folder');
  });
});

test('where no gate answers, a fault says more than that there is none', () => {
  expect(noGate([]).message).toBe('no gate of this user is running');
  expect(noGate(['x does not answer: EACCES']).message).toBe('x does not answer: EACCES');
});
