/** A traffic log in a folder of the test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TrafficLog } from '../traffic/traffic-log.ts';
import type { FakeClock } from './fake-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestTraffic {
  readonly traffic: TrafficLog;
  /** Ends it, and gives all that was written but head and end. */
  readonly lines: () => Promise<Record<string, unknown>[]>;
}

export function testTraffic(clock: FakeClock): TestTraffic {
  const file = join(temporaryFolder(), 'traffic.jsonl');
  const of = { file, server: 'default/ledger', until: clock.now() + 3_600_000, maxBytes: 1_048_576, full: [] };
  const traffic = new TrafficLog({ ...of, clock, key: Buffer.alloc(32), onEnd() {} });
  return {
    traffic,
    lines: async () => {
      await traffic.close();
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      return lines.slice(1, -1).map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}
