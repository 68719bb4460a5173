/**
 * The archive under load: `node bench/archive/bench.ts [--store sqlite|postgres] [--records N] [--gates N]`. Gates send over TLS as fast as
 * they are answered; then readers search. One process has the archive, another the gates and readers.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { paramsOf } from '../../core/audit/archiving/query-params.ts';
import type { AuditQuery } from '../../core/audit/reading/query.ts';
import { ArchiveSender } from '../../sidecar/archive-client/sender.ts';
import { ArchiveProcess } from '../../test/support/archive-process.ts';
import { Postgres } from '../../test/support/postgres.ts';
import { GateOfBench, type Known, principal, tool } from './records.ts';

const SEGMENT = 500;
const START = Date.parse('2026-06-01T00:00:00Z');
const SEARCHES = 200;
const HOUR = 3_600_000;

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'sqlite' },
    records: { type: 'string', default: '200000' },
    gates: { type: 'string', default: '8' },
  },
});
const [records, gates] = [Number(values.records), Number(values.gates)];

const postgres = values.store === 'postgres' ? await Postgres.start() : undefined;
const url = await postgres?.database();
const archive = await ArchiveProcess.start(url === undefined ? {} : { postgresUrl: url });
try {
  const known: Known = { traces: [], sessions: [] };
  const all = Array.from({ length: gates }, (_, at) => new GateOfBench(`bench/server-${at}`, START, known));
  const before = await cpuSeconds();
  const seconds = await ingest(all);
  const cpu = ((await cpuSeconds()) - before) * 1e6;
  const bytes = await bytesOfStore();
  console.log(
    `${values.store}: ${records} records in ${seconds.toFixed(1)} s, ${Math.round(records / seconds)} records/s`,
  );
  console.log(`  ${(cpu / records).toFixed(1)} µs of CPU a record in the archive itself`);
  console.log(`  ${Math.round(bytes / records)} bytes a record in the store, with its indexes`);
  const end = Math.max(...all.map(({ time }) => time));
  await search('a trace', () => ({ trace: pick(known.traces) }));
  await search('a session', () => ({ session: pick(known.sessions) }));
  await search('a caller, one hour', (at) => ({ principal: principal(at), ...anHour(end) }));
  await search('a tool of a server, one hour', (at) => ({
    target: tool(at),
    server: pick(all).server,
    ...anHour(end),
  }));
  await search('what was refused, ten minutes', () => ({ effects: ['Deny'], ...anHour(end, HOUR / 6) }));
} finally {
  await archive.close();
  await postgres?.close();
}

async function ingest(all: readonly GateOfBench[]): Promise<number> {
  let left = records;
  let tenth = 0.1;
  const start = performance.now();
  await Promise.all(
    all.map(async (gate) => {
      const identity = archive.gateIdentity(gate.server);
      const sender = new ArchiveSender(archive.url, { current: async () => identity });
      while (left > 0) {
        left -= SEGMENT;
        const { bytes, last } = gate.segment(SEGMENT);
        // As a gate does: what is not confirmed is sent again.
        for (let sent = await sender.send(bytes, last); sent.failure !== undefined;) {
          if (sent.failure !== 'slow' && sent.failure !== 'busy') throw new Error(`${sent.failure}: ${sent.why}`);
          console.error(`  ${sent.failure}: ${sent.why}`);
          sent = await sender.send(bytes, last);
        }
        if (1 - left / records >= tenth) {
          console.error(`  ${Math.round(tenth * 100)} % after ${((performance.now() - start) / 1000).toFixed(1)} s`);
          tenth += 0.1;
        }
      }
      await sender.close();
    }),
  );
  return (performance.now() - start) / 1000;
}

/** Of the archive alone; on a machine that others use it says more than the rate. */
async function cpuSeconds(): Promise<number> {
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(await archive.metrics())?.[1]);
}

async function bytesOfStore(): Promise<number> {
  if (url === undefined) {
    const file = join(archive.folder, 'archive.db');
    return statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  await client.end();
  return Number(rows[0]?.bytes);
}

async function search(what: string, query: (at: number) => AuditQuery): Promise<void> {
  const times: number[] = [];
  let found = 0;
  for (let at = 0; at < SEARCHES; at += 1) {
    const path = `/v1/records?${paramsOf(query(at * 13)).toString()}`;
    const start = performance.now();
    const { status, text } = await archive.get(path);
    times.push(performance.now() - start);
    if (status !== 200) throw new Error(text);
    found += text.split('\n').length - 1;
  }
  times.sort((a, b) => a - b);
  const of = (share: number): string => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  console.log(
    `  search for ${what}: p50 ${of(0.5)} ms, p99 ${of(0.99)} ms, ${Math.round(found / SEARCHES)} records each`,
  );
}

function anHour(end: number, span = HOUR): { since: number; until: number } {
  const since = START + Math.floor(Math.random() * Math.max(1, end - START - span));
  return { since, until: since + span };
}

function pick<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('there is nothing to pick');
  return one;
}
