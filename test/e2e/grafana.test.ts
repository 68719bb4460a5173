/** Grafana's own reading of its dashboard schema takes every dashboard of the chart, and nothing that is wrong in one. */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';

const SOURCE = join(import.meta.dirname, '../support/grafana');
const DASHBOARDS = join(import.meta.dirname, '../../charts/sallyport/dashboards');
const files = readdirSync(DASHBOARDS);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-grafana-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let program: string;
beforeAll(async () => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(join(SOURCE, file)));
  const key = join('tools', `grafana-schema-${hash.digest('hex').slice(0, 12)}`);
  const built = await cached(key, 'Building the reader of Grafana dashboards (once)', async (draft) => {
    await run(go(), ['build', '-trimpath', '-o', join(draft, 'reader'), '.'], {
      cwd: SOURCE,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: 5 * 60_000,
    });
  });
  program = join(built, 'reader');
}, 5 * 60_000);

function read(path: string): { status: number | null; stdout: string } {
  const { status, stdout } = spawnSync(program, [path], { encoding: 'utf8', timeout: 30_000 });
  return { status, stdout };
}

it.each(files)('%s', (file) => {
  expect(read(join(DASHBOARDS, file))).toEqual({ status: 0, stdout: '' });
});

it.each([
  ['a field that does not exist', '"graphTooltip"', '"graphToolTip"', /unexpected field 'graphToolTip'/],
  ['an option that a panel does not have', '"displayMode"', '"dispayMode"', /options.*unexpected field 'dispayMode'/],
  ['a field of a query that does not exist', '"legendFormat"', '"legend"', /unexpected field 'legend'/],
  ['a number where there is text', '"title": "Decisions"', '"title": 7', /title/],
  ['a place without a height', '"h": 8,', '', /gridPos\.h: required field is missing/],
])('is not taken with %s', (_, right, wrong, said) => {
  const text = readFileSync(join(DASHBOARDS, 'overview.json'), 'utf8');
  expect(text).toContain(right);
  const file = join(folder, 'wrong.json');
  writeFileSync(file, text.replaceAll(right, wrong));
  const { status, stdout } = read(file);
  expect(stdout).toMatch(said);
  expect(status).toBe(1);
});
