import { expect, it } from 'vitest';
import { ada, pack, policyOf } from '../../core/policy/testing/gen.ts';
import { Rehearsal } from './rehearsal.ts';
import { Stage } from './stage.ts';

const POLICY = policyOf(
  pack({ tools: [{ names: ['*'], effect: 'Allow', when: 'now < timestamp("2026-01-31T09:00:00Z")' }] }),
);
const EIGHT = Date.parse('2026-01-31T08:00:00Z');

it('several speak to one gate, whose clock goes on and never back', async () => {
  const stage = new Stage(POLICY, EIGHT);
  const [one, other] = [
    new Rehearsal(POLICY, ada, { stage }),
    new Rehearsal(POLICY, { ...ada, name: 'bob' }, { stage }),
  ];
  await one.open();
  await other.open();
  const effects: string[] = [];
  for (const [client, at] of [
    [one, EIGHT],
    [other, EIGHT + 3_600_000],
    [one, EIGHT],
  ] as const) {
    stage.goOnTo(at);
    const { lines } = await client.ask('tools/call', { name: 'a', arguments: {} });
    effects.push(`${lines.at(-1)?.principal?.name} ${lines.at(-1)?.decision.effect}`);
    client.forget();
  }
  expect(effects).toEqual(['ada Allow', 'bob Deny', 'ada Deny']);
  expect([stage.server.got.length, stage.audit.lines.length]).toEqual([0, 0]);
  await one.close();
  await other.close();
});

it('without a time it is now', () => {
  const stage = new Stage(POLICY);
  stage.goOnTo(EIGHT);
  expect(stage.gate.clock.now()).toBeGreaterThan(EIGHT);
  expect(stage.gate.clock.monotonic()).toBe(0);
});
