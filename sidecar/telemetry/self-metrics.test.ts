import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version } from '../../core/version.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { Metrics } from './metrics.ts';
import type { SelfState } from './self-metrics.ts';

const WELL: SelfState = { audit: 'ok', auditQueuedBytes: 0, upstreamAvoided: false, issuers: [] };

async function linesOf(metrics: Metrics, start: string): Promise<string[]> {
  return (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith(start));
}

describe('what a gate says of itself', () => {
  it('is the state of its audit log, one of three', async () => {
    const metrics = new Metrics('finance/ledger');
    let state: SelfState = WELL;
    metrics.self.watch(() => state);
    expect(await linesOf(metrics, 'sallyport_audit_')).toEqual([
      'sallyport_audit_state{server="finance/ledger",state="ok"} 1',
      'sallyport_audit_state{server="finance/ledger",state="behind"} 0',
      'sallyport_audit_state{server="finance/ledger",state="failed"} 0',
      'sallyport_audit_queued_bytes{server="finance/ledger"} 0',
    ]);
    state = { ...WELL, audit: 'failed', auditQueuedBytes: 7 };
    expect(await linesOf(metrics, 'sallyport_audit_')).toEqual([
      'sallyport_audit_state{server="finance/ledger",state="ok"} 0',
      'sallyport_audit_state{server="finance/ledger",state="behind"} 0',
      'sallyport_audit_state{server="finance/ledger",state="failed"} 1',
      'sallyport_audit_queued_bytes{server="finance/ledger"} 7',
    ]);
  });

  it('is nothing where nobody knows it', async () => {
    const metrics = new Metrics('s');
    const unknown = { audit: 'ok', auditQueuedBytes: undefined, upstreamAvoided: undefined, issuers: [] } as const;
    expect(await linesOf(metrics, 'sallyport_audit_')).toEqual([]);
    metrics.self.watch(() => unknown);
    expect(await linesOf(metrics, 'sallyport_audit_queued')).toEqual([]);
    expect(await linesOf(metrics, 'sallyport_upstream_breaker')).toEqual([]);
    metrics.self.watchFiles('/nowhere/at/all', 5);
    expect(await linesOf(metrics, 'sallyport_audit_file')).toEqual(['sallyport_audit_file_bytes_max{server="s"} 5']);
  });

  it('is how old the keys of issuers are, and when one could not be asked', async () => {
    const metrics = new Metrics('s');
    const [good, never] = ['https://a.example', 'https://b.example'];
    metrics.self.watch(() => ({
      ...WELL,
      issuers: [
        { issuer: good, readAt: 5_000, failedAt: undefined },
        { issuer: never, readAt: undefined, failedAt: 7_000 },
      ],
    }));
    expect(await linesOf(metrics, 'sallyport_issuer_')).toEqual([
      `sallyport_issuer_keys_read_timestamp_seconds{server="s",issuer="${good}"} 5`,
      `sallyport_issuer_keys_read_timestamp_seconds{server="s",issuer="${never}"} 0`,
      `sallyport_issuer_last_failure_timestamp_seconds{server="s",issuer="${good}"} 0`,
      `sallyport_issuer_last_failure_timestamp_seconds{server="s",issuer="${never}"} 7`,
    ]);
  });

  it('is whether it still asks the server', async () => {
    const metrics = new Metrics('s');
    metrics.self.watch(() => ({ ...WELL, upstreamAvoided: true }));
    expect(await linesOf(metrics, 'sallyport_upstream_breaker')).toEqual([
      'sallyport_upstream_breaker_open{server="s"} 1',
    ]);
  });

  it('is how many bytes its audit files have, and nothing else beside them', async () => {
    const folder = temporaryFolder();
    for (const [name, bytes] of Object.entries({
      'audit.jsonl': 10,
      'audit-000001.jsonl': 20,
      'audit.77.jsonl': 40,
      'audit.jsonl-20261121': 80,
      'audit.jsonl.lock': 160,
      'audit.key': 320,
      'sessions.jsonl': 640,
    })) {
      writeFileSync(join(folder, name), 'x'.repeat(bytes));
    }
    mkdirSync(join(folder, 'pins'));
    const metrics = new Metrics('s');
    metrics.self.watchFiles(folder, 1000);
    expect(await linesOf(metrics, 'sallyport_audit_file')).toEqual([
      'sallyport_audit_file_bytes{server="s"} 150',
      'sallyport_audit_file_bytes_max{server="s"} 1000',
    ]);
  });

  it('is whole for each of two who look at a time', async () => {
    const metrics = new Metrics('s');
    metrics.self.watch(() => WELL);
    metrics.self.watchFiles(temporaryFolder(), 7);
    const [one, other] = await Promise.all([metrics.registry.metrics(), metrics.registry.metrics()]);
    for (const text of [one, other]) {
      expect(text).toContain('sallyport_audit_file_bytes{server="s"} 0');
      expect(text).toContain('sallyport_audit_state{server="s",state="ok"} 1');
    }
  });

  it('is its version, and its process under the names that everybody knows', async () => {
    const metrics = new Metrics('s');
    expect(await linesOf(metrics, 'sallyport_build_info')).toEqual([`sallyport_build_info{version="${version}"} 1`]);
    const valueOf = async (name: string): Promise<number> =>
      Number((await linesOf(metrics, `${name} `))[0]?.split(' ')[1]);
    expect(await valueOf('process_resident_memory_bytes')).toBeGreaterThan(1024 * 1024);
    expect(await valueOf('process_cpu_seconds_total')).toBeGreaterThan(0);
    const started = await valueOf('process_start_time_seconds');
    expect(Math.abs(Date.now() / 1000 - process.uptime() - started)).toBeLessThan(5);
    expect(await linesOf(metrics, 'sallyport_memory_limit_bytes ')).toEqual([]);
  });

  it('is how long calls were held, under the name of the server from when it is known', async () => {
    const metrics = new Metrics('default/local');
    metrics.serve('finance/ledger');
    metrics.self.held(20);
    expect(await linesOf(metrics, 'sallyport_held_seconds_bucket{le="15",server="finance/ledger"}')).toEqual([
      'sallyport_held_seconds_bucket{le="15",server="finance/ledger"} 0',
    ]);
    expect(await linesOf(metrics, 'sallyport_held_seconds_bucket{le="30",server="finance/ledger"}')).toEqual([
      'sallyport_held_seconds_bucket{le="30",server="finance/ledger"} 1',
    ]);
  });
});
