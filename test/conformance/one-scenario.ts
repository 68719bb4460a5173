/** A scenario alone: the suite knows which revisions have it, and says so in two places. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import * as z from 'zod';
import { isOfAuthorization } from './of-authorization.ts';
import type { Run } from './runs.ts';

const REQUIREMENTS = '@modelcontextprotocol/conformance/requirements';

const requirementsSchema = z.object({
  server: z.array(z.string()),
  client: z.array(z.string()),
  not_scored: z.array(z.object({ scenario: z.string(), leg: z.enum(['server', 'client']) })),
});

/** Undefined where the revision does not have it. */
export function onlyScenario({ mode, spec, args }: Run, scenario: string): Run | undefined {
  const authorization = isOfAuthorization(scenario) ? 1 : 0;
  const alone: Run = {
    ...{ mode, spec, args: ['--scenario', scenario, '--spec-version', spec] },
    ...{ scenarios: 1, authorization },
  };
  // Of older revisions no set is frozen: the suite leaves out by itself what they do not have.
  if (!args.includes('--requirements')) return alone;
  if (!scenariosOf(mode, spec).includes(scenario)) return undefined;
  // Extensions are of no revision as far as the suite can tell, so it has to be told to run them.
  return { ...alone, args: [...alone.args, '--force'] };
}

function scenariosOf(mode: Run['mode'], spec: string): readonly string[] {
  const file = fileURLToPath(import.meta.resolve(`${REQUIREMENTS}/${spec}.yaml`));
  const { not_scored, ...scored } = requirementsSchema.parse(parse(readFileSync(file, 'utf8')));
  return [...scored[mode], ...not_scored.filter(({ leg }) => leg === mode).map((entry) => entry.scenario)];
}
