/**
 * What it takes to ask the store that gates share, on loopback: one question of three operations after the other, as a call asks them, of
 * 10,000 callers. `node bench/state.ts`; it needs valkey-server or redis-server. Prints milliseconds, and writes nothing.
 */
import { SYSTEM_CLOCK } from '../sidecar/clock.ts';
import type { Wanted } from '../core/history/ops.ts';
import { type History, isLater } from '../sidecar/memory/history/history.ts';
import { LocalHistory } from '../sidecar/memory/history/local-history.ts';
import { SharedHistory } from '../sidecar/memory/history/shared/shared-history.ts';
import { StoreServer, storePrograms } from '../test/support/store-server.ts';

const CALLS = 20_000;
const WARM_UP = 2_000;
const CALLERS = 10_000;

const wanted = (caller: number): readonly Wanted[] => {
  const whom = `caller-${caller}`;
  return [
    { op: { kind: 'window', of: 'rate', whom, windowMs: 60_000, limit: 1e6, add: 1 }, isAsked: true },
    { op: { kind: 'period', of: 'day', whom, endsAt: Date.now() + 3_600_000, limit: 1e6, add: 1 }, isAsked: true },
    { op: { kind: 'whether', of: 'read', whom, withinMs: 60_000, want: 'HasNot' }, isAsked: true },
  ];
};

async function take(history: History, caller: number): Promise<void> {
  const outcome = history.apply(wanted(caller), 'Take');
  if (isLater(outcome)) await new Promise((resolve) => outcome.done(resolve));
}

/** Milliseconds of each, sorted. */
async function measure(history: History, calls: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < calls; i++) {
    const begun = performance.now();
    await take(history, i % CALLERS);
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b);
}

for (const program of storePrograms()) {
  const server = await StoreServer.start(program);
  const connected = Promise.withResolvers<void>();
  const named = {
    ...{ host: '127.0.0.1', port: server.port, tls: false, ca: null, database: 0, username: null },
    onFailure: 'Local' as const,
  };
  let failures = 0;
  const history = new SharedHistory({
    local: new LocalHistory(SYSTEM_CLOCK),
    said: () => named,
    scope: () => ({ namespace: 'finance', name: 'ledger' }),
    ...{ password: () => undefined, replicas: () => 1, clock: SYSTEM_CLOCK },
    events: {
      onState: (state) => state?.problem === undefined && connected.resolve(),
      answered() {},
      failed: () => failures++,
      fellBack() {},
    },
  });
  await connected.promise;
  await measure(history, WARM_UP);
  const times = await measure(history, CALLS);
  const at = (part: number): string => (times[Math.floor(times.length * part)] ?? NaN).toFixed(3);
  console.log(`${program}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, p99.9 ${at(0.999)} ms, ${failures} failures`);
  history.close();
  await server.close();
}
