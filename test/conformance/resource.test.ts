/**
 * Scenarios of authorization of the official suite with the gate as the resource server, one of each kind; `npm run conformance` runs all of
 * them, and compares them with the suite's own server.
 */
import { expect, it } from 'vitest';
import { expectedDifferences } from './expected-differences.ts';
import { ofAuthorization } from './of-authorization.ts';
import { onlyScenario } from './one-scenario.ts';
import { RUNS, withClient } from './runs.ts';

/** With how many checks pass at least: none at all would pass as well where a client gets nowhere. */
const SCENARIOS: readonly (readonly [scenario: string, passing: number])[] = [
  ['auth/metadata-default', 15],
  ['auth/metadata-var2', 15],
  ['auth/token-endpoint-auth-basic', 15],
  ['auth/client-credentials-jwt', 5],
  ['auth/iss-supported', 10],
  ['auth/authorization-server-migration', 13],
  ['auth/scope-step-up', 10],
  ['auth/dpop', 10],
];

it.each(SCENARIOS)('%s ends as it has to', async (scenario, passing) => {
  const newest = RUNS.findLast(({ mode }) => mode === 'client') ?? expect.fail();
  const run = onlyScenario(newest, scenario) ?? expect.fail();
  const checks = ofAuthorization(await withClient(run, 'resource')).scenarios.get(scenario) ?? [];
  const bad = checks
    .filter(({ status }) => status !== 'SUCCESS')
    .map(({ id, status }) => `${scenario}:${id} ${status}`);
  const expected = [...expectedDifferences('resource', run.spec, scenario).keys()]
    .map((name) => name.replace('SUCCESS -> ', ''))
    .filter((name) => !name.endsWith(' absent'));
  expect(bad.toSorted()).toEqual(expected.toSorted());
  expect(checks.length - bad.length).toBeGreaterThanOrEqual(passing);
});
