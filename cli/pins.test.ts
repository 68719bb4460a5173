import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeLine } from '../sidecar/memory/definition-lines.ts';
import { registerPins } from './pins.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const of = (name: string, digest: string) => ({ kind: 'tool', name, digest }) as const;
let state = '';
beforeEach(() => {
  state = folderWith();
  vi.stubEnv('SALLYPORT_STATE_DIR', state);
  write('default/files', [
    writeLine('seen', of('read', 'sha256:1'), { name: 'read', description: 'Reads.' }),
    writeLine('first', of('read', 'sha256:1')),
    writeLine('seen', of('read', 'sha256:2'), { name: 'read', description: 'Reads\u200b all.' }),
    writeLine('seen', of('new', 'sha256:3'), { name: 'new' }),
  ]);
});
afterEach(() => vi.unstubAllEnvs());

function write(server: string, lines: readonly string[]): void {
  const folder = join(state, ...server.split('/'), 'pins');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'definitions.jsonl'), lines.map((line) => `${line}\n`).join(''));
}

const run = (...args: string[]) => runHere(registerPins, ['pins', ...args]);

describe('list', () => {
  test('shows what is kept', async () => {
    const { stdout, code } = await run('list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/read .*changed: description/);
    expect(stdout).toMatch(/new .*new/);
  });
  test.each([
    ['json', '"items"'],
    ['yaml', '  - sha256:2 # tool read'],
  ])('as %s', async (format, part) => expect((await run('list', '-o', format)).stdout).toContain(part));
});

describe('diff', () => {
  test('shows what has changed, and exits with 1', async () => {
    expect(await run('diff', 'read')).toMatchObject({
      code: 1,
      stdout:
        String.raw`tool "read" of default/files, sha256:2` +
        '\n' +
        String.raw`  ~ /description
    - "Reads."
    + "Reads\u{200b} all."` +
        '\n',
    });
  });
  test('shows all of what is new', async () => {
    const { stdout, code } = await run('diff', 'new');
    expect([stdout.split('\n')[1], code]).toEqual(['  + /name', 0]);
  });
  test('says that nothing has changed', async () => {
    await run('accept', 'read');
    expect(await run('diff', 'read')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing has changed'),
    });
  });
  test('of what is not kept is told', async () => {
    expect(await run('diff', 'other')).toMatchObject({ code: 1, stderr: expect.stringContaining('pins list') });
  });
  test('of what several servers have asks for one', async () => {
    write('default/other', [writeLine('seen', of('read', 'sha256:1'), { name: 'read' })]);
    expect((await run('diff', 'read')).stderr).toContain('--server default/files');
    expect((await run('diff', 'read', '--server', 'default/other')).code).toBe(0);
  });
});

describe('accept', () => {
  test('takes names, once', async () => {
    expect((await run('accept', 'read')).stdout).toBe('accepted: tool "read" of default/files, sha256:2\n');
    expect((await run('accept', 'read')).stdout).toBe('nothing to accept\n');
  });
  test('takes all that is open', async () => {
    await run('accept', 'read');
    expect((await run('accept', '--all')).stdout).toBe('accepted: tool "new" of default/files, sha256:3\n');
  });
  test.each([[['accept']], [['accept', 'read', '--all']]])('asks what is meant by %j', async (args) => {
    expect((await run(...args)).code).toBe(2);
  });
});
