import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProgram } from './program.ts';

const ROW = { principal: 'ada', kind: 'token', rule: 'ns/risk#risk', points: 12, parts: [] };
let folder: string;
let server: http.Server;
let printed = '';

const answering =
  (status: number, body: unknown): http.RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
const run = (...args: string[]): Promise<unknown> =>
  createProgram().parseAsync(['node', 'sallyport', 'risk', 'show', ...args]);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'risk-'));
  vi.stubEnv('SALLYPORT_RUNTIME_DIR', folder);
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  server?.close();
  rmSync(folder, { recursive: true });
});

async function listening(listener: http.RequestListener, at: string | number): Promise<string> {
  server = http.createServer(listener);
  await new Promise<void>((resolve) => {
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
  return typeof at === 'string' ? at : `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('sallyport risk show', () => {
  it('asks the gates that run as this user', async () => {
    await listening(
      answering(200, { items: [ROW, { ...ROW, principal: 'bob', points: 0.1 }] }),
      join(folder, 'a.sock'),
    );
    await run();
    expect(printed).toBe('ada (token): 12.0 points by ns/risk#risk\n');
    printed = '';
    await run('bob', '-o', 'json');
    expect(JSON.parse(printed)).toMatchObject({ items: [{ principal: 'bob' }] });
  });

  it('says so where none runs', async () => {
    await expect(run()).rejects.toThrow('no gate of this user is running');
  });

  it('asks one in a pod', async () => {
    await run('ada', '--admin', await listening(answering(200, { items: [ROW] }), 0));
    expect(printed).toContain('ada (token): 12.0 points');
  });

  it.each([
    ['nonsense', undefined, 'is no URL'],
    [undefined, [503, { error: 'the shared store does not answer' }], 'the gate refused: the shared store'],
    ['http://127.0.0.1:9', undefined, 'does not answer'],
  ] as const)('says what is wrong with %s', async (admin, answer, problem) => {
    const at = answer === undefined ? (admin ?? '') : await listening(answering(...answer), 0);
    await expect(run('--admin', at)).rejects.toThrow(problem);
  });
});
