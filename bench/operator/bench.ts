/**
 * The benchmark of the operator: `npm run bench:operator [-- --only api|size|lead|node] [-- --quick]`. Prints tables, writes ../results.json.
 * What each row means and how far to trust it: ../README.md.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lacks } from '../../test/cluster/machine.ts';
import { renderTable, type Row, writeResults } from '../results.ts';
import { measureApiLevel } from './api-level.ts';
import { type Context, EFFORTS } from './effort.ts';
import { measureLeadLevel } from './lead-level.ts';
import { measureNodeLevel } from './node-level.ts';
import { measureSizeLevel } from './size-level.ts';

const RESULTS = join(import.meta.dirname, '..', 'results.json');
const LEVELS = ['api', 'size', 'lead', 'node'] as const;
type Level = (typeof LEVELS)[number];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
  const { only, quick } = values;
  const levels = LEVELS.filter((level) => only === undefined || level === only);
  if (levels.length === 0) {
    console.error(`✖ --only ${only}: wants one of ${LEVELS.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const effort = quick ? EFFORTS.quick : EFFORTS.full;
  for (const level of levels) {
    const missing = lacks(level === 'node' ? 'node' : 'api');
    if (missing.length > 0) {
      console.log(`⚠ not measured: ${level}, which needs ${missing.join('; ')}`);
      continue;
    }
    const command = `npm run bench:operator -- --only ${level}`;
    const rows = await measure(level, effort, { command, say });
    console.log(`\n${renderTable(rows)}\n`);
    if (quick) console.log('A quick look: nothing was written.');
    else
      writeResults(
        RESULTS,
        command,
        rows.map(({ result }) => result),
      );
  }
}

function measure(level: Level, effort: (typeof EFFORTS)['full'], context: Context): Promise<Row[]> {
  switch (level) {
    case 'api':
      return measureApiLevel(effort.api, context);
    case 'size':
      return measureSizeLevel(effort.size, context);
    case 'lead':
      return measureLeadLevel(effort.lead, context);
    case 'node':
      return measureNodeLevel(effort.node, context);
  }
}

/** Progress goes to stderr, so that the tables alone can be piped. */
function say(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

await main();
