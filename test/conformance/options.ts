/** The command line of `npm run conformance`. */
import { parseArgs } from 'node:util';

export type Part = 'server' | 'filtered' | 'client' | 'resource';

export interface Options {
  readonly parts: readonly Part[];
  readonly spec: string | undefined;
  readonly scenario: string | undefined;
  readonly verbose: boolean;
}

const PARTS: readonly Part[] = ['server', 'filtered', 'client', 'resource'];

export const HELP = `npm run conformance [-- options]

Runs the official MCP conformance suite in two ways, directly and through Sallyport, and compares them check by check.
Ends with 1 if any check has another verdict through the gate, or if the run without the gate is no good itself.

  server     the suite calls our fixture server, once as it is and once behind the sidecar's own process, which allows all
  filtered   the same behind a gate that denies, hides and holds; the differences have to be those of filtered.yaml
  client     the suite is the server; the official SDK client calls it, once as it is and once through a gate
  resource   the scenarios of authorization once more, with the gate as the resource server: it asks for tokens and verifies
             them; the differences have to be those of resource.yaml

Options
  --only <part>       server, filtered, client or resource. Default: all four
  --spec <revision>   only this revision of MCP: 2025-03-26, 2025-06-18, 2025-11-25 or 2026-07-28. Default: all
  --scenario <name>   only this scenario, where a revision has it
  --verbose           every scenario side by side; and of each run that differs, what the suite printed
  --help

Examples
  npm run conformance -- --only server --spec 2026-07-28 --verbose
  npm run conformance -- --scenario server-stateless --spec 2026-07-28`;

/** Undefined: help was asked for. Throws with a sentence about what is wrong. */
export function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      spec: { type: 'string' },
      scenario: { type: 'string' },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const parts = PARTS.filter((part) => values.only === undefined || values.only === part);
  if (parts.length === 0) throw new Error(`--only wants one of ${PARTS.join(', ')}, not ${values.only}`);
  return { parts, spec: values.spec, scenario: values.scenario, verbose: values.verbose };
}
