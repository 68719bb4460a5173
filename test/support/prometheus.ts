/** Prometheus and promtool as Debian has them (package prometheus). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stringify } from 'yaml';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';

function find(program: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Undefined where both are there. On CI a test that lacks them fails: nothing is skipped there. */
export function whyNoPrometheus(): string | undefined {
  if (find('prometheus') !== undefined && find('promtool') !== undefined) return undefined;
  if (process.env['CI'] === 'true') return undefined;
  return 'Prometheus is not installed: apt-get install prometheus (its service is not needed)';
}

export async function promtool(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(find('promtool') ?? 'promtool', args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface ScrapeTarget {
  readonly job: string;
  readonly port: number;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

export class Prometheus {
  readonly #port: number;
  readonly #stop: () => Promise<void>;

  private constructor(port: number, stop: () => Promise<void>) {
    this.#port = port;
    this.#stop = stop;
  }

  /** Collects from the targets, and evaluates the rules, four times a second. */
  static async start(targets: readonly ScrapeTarget[], ruleFile: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-prometheus-'));
    const port = await freePort();
    const config = {
      global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
      rule_files: [ruleFile],
      scrape_configs: [...new Set(targets.map(({ job }) => job))].map((job) => ({
        job_name: job,
        static_configs: targets
          .filter((target) => target.job === job)
          .map((target) => ({ targets: [`127.0.0.1:${target.port}`], labels: target.labels ?? {} })),
      })),
    };
    writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ];
    const child = spawn(find('prometheus') ?? 'prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    const exited = once(child, 'exit');
    const prometheus = new Prometheus(port, async () => {
      if (child.exitCode === null) child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });
    try {
      await eventually('Prometheus is ready', async () => {
        if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
        return fetch(`http://127.0.0.1:${port}/-/ready`).then(
          ({ ok }) => ok,
          () => false,
        );
      });
    } catch (error) {
      await prometheus.close();
      throw error;
    }
    return prometheus;
  }

  /** Throws what Prometheus says of a query that it does not take. */
  async query(expr: string): Promise<readonly Sample[]> {
    const { result } = (await this.#ask(`query?query=${encodeURIComponent(expr)}`)) as { result: readonly Sample[] };
    return result;
  }

  /** Over the last half minute, as a panel asks; the series that have a sample in it. */
  async queryRange(expr: string): Promise<readonly Pick<Sample, 'metric'>[]> {
    const end = Date.now() / 1000;
    const range = `start=${end - 30}&end=${end}&step=1`;
    const answer = await this.#ask(`query_range?query=${encodeURIComponent(expr)}&${range}`);
    return (answer as { result: readonly Pick<Sample, 'metric'>[] }).result;
  }

  /** Labels of the exemplars of the last half minute. */
  async exemplars(expr: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const end = Date.now() / 1000;
    const answer = await this.#ask(`query_exemplars?query=${encodeURIComponent(expr)}&start=${end - 30}&end=${end}`);
    const series = answer as { exemplars: { labels: Record<string, string> }[] }[];
    return series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels));
  }

  async rules(): Promise<readonly Rule[]> {
    const { groups } = (await this.#ask('rules')) as { groups: readonly { rules: readonly Rule[] }[] };
    return groups.flatMap(({ rules }) => rules);
  }

  close(): Promise<void> {
    return this.#stop();
  }

  async #ask(path: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#port}/api/v1/${path}`);
    const answer = (await response.json()) as { status: string; data?: unknown; error?: string };
    if (answer.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${answer.error}`);
    return answer.data;
  }
}
