import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDocuments } from '../core/api/load.ts';
import { formatProblem } from '../core/api/problem.ts';
import { registerInit } from './init.ts';
import { lint } from './lint.ts';
import { loadFolder } from './load-folder.ts';
import { starterFiles } from './starter.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';
import { registerToken } from './token.ts';

const init = (...args: string[]) => runHere(registerInit, ['init', ...args]);
const asFiles = () => Object.entries(starterFiles).map(([path, text]) => ({ path, text }));

/** The examples that are commented out, switched on: each line of them starts with one word, a dash or a bracket. */
function uncomment(text: string, first: RegExp, last: RegExp): string {
  let on = false;
  return text
    .split('\n')
    .map((line) => {
      on ||= first.test(line);
      const shown = on ? line.replace(/^( *)# /, '$1') : line;
      if (last.test(line)) on = false;
      return shown;
    })
    .join('\n');
}

describe('the starter', () => {
  it('lints clean', () => {
    const { problems } = lint(asFiles());
    expect(problems.map(formatProblem)).toEqual([]);
  });

  it.each([
    ['policy.yaml', /# - name: no-shell/, /shells are not offered/],
    ['policy.yaml', /# - name: reports/, /path: \{type/],
    ['policy.yaml', /# resources:/, /effect: Allow\}$(?![\s\S])/],
    ['server.yaml', /# anonymous/, /# origins/],
  ])('%s stays clean with the example at %s switched on', (name, first, last) => {
    const text = starterFiles[name] ?? '';
    const edited = uncomment(text, first, last);
    expect(edited).not.toBe(text);
    expect(loadDocuments(edited, name).problems.map(formatProblem)).toEqual([]);
  });

  it('can front a program instead of a URL', () => {
    const text = (starterFiles['server.yaml'] ?? '')
      .replace(/ {2}remote:\n.*\n/, '')
      .replace('# stdio:', 'stdio:')
      .replace('#   command', '  command');
    expect(loadDocuments(text, 'server.yaml').problems.map(formatProblem)).toEqual([]);
  });
});

describe('sallyport init', () => {
  it('writes a folder that the gate takes once there is a token, and says what comes next', async () => {
    const folder = join(folderWith(), 'new', 'policies');
    const { code, stdout } = await init(folder);
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['policy.yaml', 'server.yaml']);
    for (const next of ['token create me', 'lint', 'up', 'connect']) expect(stdout).toContain(`sallyport ${next}`);
    expect((await runHere(registerToken, ['token', 'create', 'me', '-f', folder])).code).toBe(0);
    const loaded = loadFolder({ path: folder, serverName: undefined, assumed: undefined });
    expect(loaded).toMatchObject({ packs: ['default/starter'], tokens: [{ name: 'me' }] });
  });

  it('overwrites nothing, and then writes nothing', async () => {
    const folder = folderWith({ 'policy.yaml': 'mine' });
    const { code, stdout, stderr } = await init(folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${join(folder, 'policy.yaml')} exists already; name another folder`);
    expect(readdirSync(folder)).toEqual(['policy.yaml']);
    expect(readFileSync(join(folder, 'policy.yaml'), 'utf8')).toBe('mine');
  });

  it('says what is in the way', async () => {
    const folder = folderWith();
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await init(join(folder, 'file'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sallyport: cannot write to .*file: it exists already; check the path/);
  });

  it('quotes a folder that a shell would take apart', async () => {
    const folder = join(folderWith(), 'my policies');
    expect((await init(folder)).stdout).toContain(`sallyport up -f '${folder}'`);
  });
});
