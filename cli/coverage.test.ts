import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { registerCoverage } from './coverage.ts';
import { packFile, reads, testFolder, trafficFile } from './testing/traffic-file.ts';
import { runHere } from './testing/run-here.ts';

const coverage = (files: readonly string[], policy: string, ...args: string[]) =>
  runHere(registerCoverage, ['coverage', ...files, '--policy', policy, ...args]);
const POLICY =
  '{tools: [{name: reads, names: ["read_*"], effect: Allow}, {name: writes, names: ["write_*"], effect: Allow}, {name: trial, mode: Shadow, names: ["read_*"], effect: Deny}]}';

it('of a traffic log, each call is decided again', async () => {
  const { code, stdout } = await coverage([trafficFile([reads(), reads(), reads({ effect: null })])], packFile(POLICY));
  expect(code).toBe(0);
  expect(stdout).toBe(
    'rule                 acted  in shadow\ndefault/other#reads  2      -\ndefault/other#trial  0      2\n\nnever:\n  default/other#writes\n\n2 of 3 rules had a say in 2 decisions\n',
  );
});

it('of an audit log, what was decided counts', async () => {
  const file = join(testFolder(), 'audit.jsonl');
  const line = (event: string, decision: object) =>
    JSON.stringify({
      event,
      seq: 1,
      stream: 's',
      server: 'default/ledger',
      time: reads().time,
      traceId: 't',
      method: 'tools/call',
      outcome: 'answered',
      decision,
    });
  const found = [{ detector: 'path', reason: 'r', pointer: '/p', rule: 'default/other#writes' }];
  const answer = { effect: 'Allow', rules: ['default/gone#x'], findings: [] };
  writeFileSync(
    file,
    `${[line('decision', { effect: 'Allow', rules: ['default/other#reads'], findings: found, answer }), line('intent', { effect: 'Allow', rules: ['default/other#reads'] }), 'odd'].join('\n')}\n`,
  );
  const { stdout } = await coverage([file], packFile(POLICY), '-o', 'json');
  expect(JSON.parse(stdout)).toEqual({
    decisions: 1,
    rules: [
      { id: 'default/other#reads', acted: 1, would: 0 },
      { id: 'default/other#writes', acted: 1, would: 0 },
      { id: 'default/other#trial', acted: 0, would: 0 },
    ],
    notOfThisPolicy: ['default/gone#x'],
  });
});

it('may ask for all of them', async () => {
  const log = trafficFile([reads()]);
  expect((await coverage([log], packFile(POLICY), '--require-all')).code).toBe(1);
  expect((await coverage([log], packFile('{tools: [{names: ["*"], effect: Allow}]}'), '--require-all')).code).toBe(0);
});

it('reads one traffic log, and says what it cannot read', async () => {
  const log = trafficFile([reads()]);
  expect(await coverage([log, log], packFile(POLICY))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is read alone/),
  });
  expect(await coverage(['/nowhere'], packFile(POLICY))).toMatchObject({
    stderr: expect.stringMatching(/cannot read/),
  });
});
