import { describe, expect, it } from 'vitest';
import { registerReplay } from './replay.ts';
import { BOB, packFile, reads, trafficFile } from './testing/traffic-file.ts';
import { runHere } from './testing/run-here.ts';

const replay = (log: string, policy: string, ...args: string[]) =>
  runHere(registerReplay, ['replay', log, '--policy', policy, ...args]);
const LOG = [
  reads(),
  reads({ call: 2, principal: BOB }),
  reads({ call: 3, name: 'drop_all', effect: 'Deny', outcome: 'refused' }),
];

describe('the exit code', () => {
  const same = '{tools: [{names: [read_file], effect: Allow}]}';
  const stricter = '{tools: [{names: [read_file], effect: Allow, principals: {names: [ada]}}]}';
  const looser = '{tools: [{names: ["*"], effect: Allow}]}';
  const untold = '{tools: [{names: [read_file], effect: Allow, arguments: {path: {type: string, pattern: "q.*"}}}]}';
  it.each([
    [same, 'any', 0],
    [stricter, 'any', 1],
    [stricter, 'stricter', 1],
    [stricter, 'looser', 0],
    [stricter, 'never', 0],
    [looser, 'any', 1],
    [looser, 'stricter', 0],
    [looser, 'looser', 1],
    [untold, 'any', 0],
    [untold, 'untold', 1],
  ])('%s with --fail-on %s is %d', async (spec, failOn, code) => {
    expect((await replay(trafficFile(LOG), packFile(spec), '--fail-on', failOn)).code).toBe(code);
  });
});

it('says what changes for whom, by which rule, as text and as JSON', async () => {
  const policy = packFile('{tools: [{name: only-ada, names: ["*"], effect: Allow, principals: {names: [ada]}}]}');
  const log = trafficFile(LOG, '{"half');
  const text = await replay(log, policy);
  expect(text.stdout).toContain('Allow → Deny  1 × tool read_file by bob  (default/open#all)');
  expect(text.stdout).toContain('Deny → Allow  1 × tool drop_all by ada  (default/other#only-ada)');
  expect(text.stderr).toMatch(/:5: is no JSON/);
  const json = await replay(log, policy, '-o', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    calls: 3,
    same: 1,
    changed: 2,
    stricter: 1,
    looser: 1,
    unreadLines: 1,
  });
});

it.each([
  ['no log', '/nowhere', /cannot read \/nowhere/],
  ['a log that is none', packFile.name, /cannot read/],
])('%s', async (_what, log, words) => {
  expect(await replay(log, packFile('{tools: [{names: ["*"], effect: Allow}]}'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(words),
  });
});

it('needs a policy', async () => {
  expect((await runHere(registerReplay, ['replay', trafficFile(LOG)])).code).toBe(2);
});
