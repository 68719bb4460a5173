import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerLint } from './lint.ts';
import { registerSuggest } from './suggest.ts';
import { registerTest } from './test.ts';
import { runHere } from './testing/run-here.ts';
import { BOB, reads, testFolder, trafficFile } from './testing/traffic-file.ts';

const suggest = (...args: string[]) => runHere(registerSuggest, ['suggest', ...args]);

describe('a pack of what was seen', () => {
  it('is written with its tests, which pass, as does the lint', async () => {
    const out = testFolder();
    const log = trafficFile(
      [{ tool: { name: 'drop_all' } }, reads(), reads({ principal: BOB, effect: 'RequireApproval' }, '/data/private')],
      '{"call":',
    );
    const { code, stdout, stderr } = await suggest(log, '--out', out, '--name', 'files');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `wrote ${join(out, 'files.yaml')} and ${join(out, 'tests/files.test.yaml')}\n`,
    });
    expect(stderr).toMatch(
      /:5: is no JSON, or only the beginning of it; it is left out\n2 calls that were let through became 2 rules/,
    );
    expect((await runHere(registerLint, ['lint', '--strict', out])).code).toBe(0);
    const tested = await runHere(registerTest, ['test', out, '--require-coverage']);
    expect(tested.stdout).toMatch(/# \d+ tests, 0 failed/);
    expect(tested.code).toBe(0);
  });

  it('is printed where no folder is named', async () => {
    const { code, stdout } = await suggest(trafficFile([reads()]), '--target', 'app=ledger');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^# Suggested .*\n.*\napiVersion: .*[^]*matchLabels:\n +app: ledger/),
    ]);
  });

  it('writes over nothing, unless it is told to', async () => {
    const out = testFolder();
    const file = join(out, 'suggested.yaml');
    writeFileSync(file, 'mine');
    const log = trafficFile([reads()]);
    expect(await suggest(log, '--out', out)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/exists already/),
    });
    expect([readFileSync(file, 'utf8'), existsSync(join(out, 'tests'))]).toEqual(['mine', false]);
    expect((await suggest(log, '--out', out, '--force')).code).toBe(0);
  });

  it.each([
    [['--name', 'No Name'], 2, /--name is no name/],
    [['--target', 'app'], 2, /is not a list of labels/],
    [['--out', '/etc/hostname/nowhere'], 1, /cannot make/],
  ])('%j is refused', async (args, code, words) => {
    expect(await suggest(trafficFile([reads()]), ...args)).toMatchObject({
      code,
      stderr: expect.stringMatching(words),
    });
  });

  it('there is none of nothing, or of something else', async () => {
    expect(await suggest(trafficFile([reads({ effect: 'Deny', outcome: 'refused' })]))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/shows no call that was let through/),
    });
    expect(await suggest('/nowhere')).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot read/) });
  });
});

describe('labels alone', () => {
  it('are of the tools of a log', async () => {
    const log = trafficFile([{ tool: { name: 'send_mail' } }]);
    expect(await suggest(log, '--labels')).toMatchObject({
      code: 0,
      stdout: 'labels:\n  external-sink:\n    - "send_mail" # its name has "send" in it\n',
    });
  });

  it('or of an answer to tools/list', async () => {
    const file = join(testFolder(), 'tools.json');
    writeFileSync(file, JSON.stringify({ result: { tools: [{ name: 'run_shell' }] } }));
    const { stdout } = await suggest(file, '--labels', '-o', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ labels: { exec: ['run_shell'] } });
  });

  it('of what is neither, it is said', async () => {
    const file = join(testFolder(), 'tools.json');
    writeFileSync(file, 'nothing');
    expect(await suggest(file, '--labels')).toMatchObject({ code: 1, stderr: expect.stringMatching(/is not JSON/) });
    expect(await suggest('/nowhere', '--labels')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot read/),
    });
  });
});
