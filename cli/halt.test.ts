import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerHalt } from './halt.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const run = (...args: string[]) => runHere(registerHalt, args);

describe('a policy folder', () => {
  it('is halted by a pack of its own, once, and goes on without', async () => {
    const folder = folderWith({ 'server.yaml': 'x' });
    const file = join(folder, 'halt.yaml');
    const halted = await run('halt', '-f', folder, '--reason', 'it sends mail', '--tool', 'send_*', 'mail');
    expect(halted.stdout).toContain(`halted: ${file}`);
    expect(readFileSync(file, 'utf8')).toMatch(/reason: it sends mail\n.*by: .+\n.*tools:\n.*- send_\*\n.*- mail\n/s);
    expect((await run('halt', '-f', folder, '--reason', 'again')).stderr).toContain('is there already');
    expect((await run('resume', '-f', folder)).stdout).toContain('lifted');
    expect(existsSync(file)).toBe(false);
    expect((await run('resume', '-f', folder)).stderr).toContain('nothing is halted');
  });

  it('has to be one', async () => {
    expect((await run('halt', '-f', '/nowhere', '--reason', 'x')).stderr).toContain('/nowhere is not a folder');
  });

  it('is not halted without a reason', async () => {
    expect((await run('halt', '-f', '/nowhere')).stderr).toContain("'--reason <text>' not specified");
  });
});
