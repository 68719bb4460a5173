/** `sallyport risk show`: who has which risk points, and for what. */
import { type Command, Option } from 'commander';
import { visible } from '../core/shown/terminal-text.ts';
import { findSockets, Gates, noGate } from './approvals-client.ts';
import { systemReason, usageError, UserError } from './errors.ts';
import { addExample } from './help.ts';
import { runtimeDir } from './paths.ts';
import { renderRisk, type RiskRow, riskRowsIn } from './render-risk.ts';

interface Options {
  readonly admin?: string;
  readonly output: 'text' | 'json';
}

/** A gate that hangs must not keep a person waiting. */
const TIMEOUT_MS = 5_000;

export function registerRisk(program: Command): void {
  const risk = program.command('risk').description('Show the risk points of callers');
  addExample(risk, 'sallyport risk show');
  const show = risk
    .command('show')
    .description(
      'Show who has how many risk points, and for what: of the gates that run as this user, or of one in a pod',
    )
    .argument('[principal]', 'name of a caller; default: all that have points')
    .option(
      '--admin <url>',
      'the port for metrics of one gate, such as http://127.0.0.1:8485 behind kubectl port-forward',
    )
    .addOption(new Option('-o, --output <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(async (principal: string | undefined, options: Options) => print(principal, options));
  addExample(show, 'sallyport risk show billing-agent');
}

async function print(principal: string | undefined, { admin, output }: Options): Promise<void> {
  const all = admin === undefined ? await ofGates() : await ofAdmin(admin);
  const rows = all.filter((row) => (principal === undefined ? row.points >= 0.5 : row.principal === principal));
  process.stdout.write(
    output === 'json' ? `${JSON.stringify({ items: rows }, undefined, 2)}\n` : renderRisk(rows, principal),
  );
}

async function ofGates(): Promise<readonly RiskRow[]> {
  const gates = new Gates(findSockets(runtimeDir()));
  const answers = await gates.ask('/risk');
  if (answers === undefined) throw noGate(gates.faults);
  return answers.flatMap(riskRowsIn);
}

async function ofAdmin(admin: string): Promise<readonly RiskRow[]> {
  const url = URL.parse('/risk', admin);
  if (url === null) throw usageError(`--admin ${visible(admin)} is no URL`, 'write one such as http://127.0.0.1:8485');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = (await response.json()) as Record<string, unknown>;
    if (response.ok) return riskRowsIn(body);
    throw new UserError(
      `the gate refused: ${typeof body['error'] === 'string' ? visible(body['error']) : `HTTP status ${response.status}`}`,
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${visible(admin)} does not answer: ${systemReason(error)}`,
      'forward the port for metrics of a gate first: kubectl -n NAMESPACE port-forward POD 8485',
    );
  }
}
