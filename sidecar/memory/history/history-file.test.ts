import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Op } from '../../../core/history/ops.ts';
import { HistoryStore } from '../../../core/history/store.ts';
import { HistoryDamaged, HistoryFile } from './history-file.ts';

let folder: string;
let path: string;
const files: HistoryFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
  path = join(folder, 'history.state');
});
afterEach(() => {
  for (const file of files.splice(0)) file.close();
  rmSync(folder, { recursive: true, force: true });
});

const spend = (whom: string, add = 1): Op => ({
  ...{ kind: 'window', of: 'ns/pack#budget', whom, windowMs: 3_600_000, limit: 100, add },
});
const sumOf = (store: HistoryStore, whom: string): number => {
  const [seen] = store.apply([{ op: spend(whom), isAsked: true }], 'Ask', store.now).seen;
  return seen?.kind === 'sum' ? seen.sum : NaN;
};
const take = (store: HistoryStore, op: Op, now: number): void => {
  store.apply([{ op, isAsked: false }], 'Take', now);
};
const opened = (store: HistoryStore, onProblem: (error: unknown) => void = () => {}): HistoryFile => {
  const file = HistoryFile.open({ path, store, onProblem });
  if (file === undefined) throw new Error('another one has it');
  files.push(file);
  return file;
};
const reopened = (): HistoryStore => {
  const store = new HistoryStore();
  opened(store).close();
  return store;
};
const NOW = Date.now();

describe('the past in a file', () => {
  it('is there in the next process', () => {
    const store = new HistoryStore();
    const file = opened(store);
    for (let i = 0; i < 40; i++) take(store, spend('ada'), NOW);
    take(store, spend('bob', 7), NOW);
    file.close();
    const next = reopened();
    expect([sumOf(next, 'ada'), sumOf(next, 'bob')]).toEqual([40, 7]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is written while it goes on, within a second', async () => {
    const store = new HistoryStore();
    opened(store);
    take(store, spend('ada', 3), NOW);
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toContain('"ada"'), { timeout: 1_000, interval: 20 });
  });

  it('belongs to one process at a time', () => {
    opened(new HistoryStore());
    expect(HistoryFile.open({ path, store: new HistoryStore(), onProblem() {} })).toBeUndefined();
  });

  it('is written anew before it grows without end', async () => {
    const store = new HistoryStore();
    opened(store);
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 3_000; i++) take(store, spend(`caller-${i}`), NOW);
      await vi.waitFor(() => expect(store.changed).toBe(0), { timeout: 5_000, interval: 10 });
      await sleep(30);
    }
    const lines = readFileSync(path, 'utf8').split('\n').length;
    expect(lines).toBeLessThan(20_000);
    expect(existsSync(`${path}.draft`)).toBe(false);
    files.splice(0).forEach((file) => file.close());
    expect(sumOf(reopened(), 'caller-2999')).toBe(8);
  });

  it('does not grow without end where much is kept at each place, and it changes all the time', async () => {
    const store = new HistoryStore();
    opened(store);
    const prints = Array.from({ length: 8_000 }, (_, i) => 2 ** 47 + i);
    let largest = 0;
    for (let round = 0; round < 300; round++) {
      for (let i = 0; i < 10; i++) {
        const some = round === 0 ? prints : [round * 10 + i];
        const op: Op = {
          kind: 'prints',
          of: 't',
          whom: `${i}`,
          forMs: 9e6,
          as: 'Seen',
          isAll: true,
          prints: some,
          note: '',
        };
        take(store, op, NOW);
      }
      await sleep(10);
      largest = Math.max(largest, statSync(path).size);
    }
    // Written whole it has 1.3 MB.
    expect(largest).toBeLessThan(24 * 1024 * 1024);
    await vi.waitFor(() => expect(existsSync(`${path}.draft`)).toBe(false));
  }, 20_000);

  it('ends a round, whatever changes meanwhile', async () => {
    const store = new HistoryStore();
    opened(store);
    const over = new AbortController();
    const changing = (async () => {
      for (let i = 0; !over.signal.aborted; i++) {
        for (let n = 0; n < 50; n++) take(store, spend(`caller-${(i * 50 + n) % 2_000}`, 0.01), NOW);
        await new Promise(setImmediate);
      }
    })();
    await sleep(4_000);
    over.abort();
    await changing;
    // Sixteen rounds of two thousand at most, and what was written anew.
    expect(readFileSync(path, 'utf8').split('\n').length).toBeLessThan(17 * 2_000);
  }, 20_000);

  it('has lost its last line at most where it was cut while it was written', () => {
    const store = new HistoryStore();
    const file = opened(store);
    take(store, spend('ada', 5), NOW);
    take(store, spend('bob', 5), NOW);
    file.close();
    truncateSync(path, statSync(path).size - 4);
    const next = reopened();
    expect([sumOf(next, 'ada'), sumOf(next, 'bob')]).toEqual([5, 0]);
    // What was cut is not in the way of what is written behind it.
    expect(sumOf(reopened(), 'ada')).toBe(5);
  });

  it.each([
    ['a line in its middle', (text: string) => text.replace('"ada"', 'ada')],
    ['the head of another version', (text: string) => text.replace('{"history":1}', '{"history":9}')],
    ['no head', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['numbers that are none', (text: string) => text.replace('[5]', '["5"]')],
  ])('is not taken for the past with %s, and says what to do', (_, damage) => {
    const store = new HistoryStore();
    const file = opened(store);
    take(store, spend('ada', 5), NOW);
    take(store, spend('bob', 5), NOW);
    file.close();
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
    expect(() => opened(new HistoryStore())).toThrow(HistoryDamaged);
    expect(() => opened(new HistoryStore())).toThrow(/remove it to begin anew/);
  });

  it('goes on in memory where it cannot be written any more, and says so once', async () => {
    const problems: unknown[] = [];
    const store = new HistoryStore();
    opened(store, (error) => problems.push(error));
    rmSync(folder, { recursive: true });
    // The open file takes it still; the one that would take its place cannot be made.
    for (let round = 0; round < 12 && problems.length === 0; round++) {
      for (let i = 0; i < 3_000; i++) take(store, spend(`caller-${i}`), NOW);
      await sleep(300);
    }
    expect(problems).toHaveLength(1);
    expect(sumOf(store, 'caller-1')).toBeGreaterThan(0);
  });
});

describe('a process that is killed', () => {
  it('has kept all but the last second', async () => {
    const script = `
      import { HistoryStore } from '${fileURLToPath(new URL('../../../core/history/store.ts', import.meta.url))}';
      import { HistoryFile } from '${fileURLToPath(new URL('./history-file.ts', import.meta.url))}';
      const store = new HistoryStore();
      HistoryFile.open({ path: process.argv[1], store, onProblem() {} });
      let n = 0;
      setInterval(() => {
        for (let i = 0; i < 50; i++) store.apply([{ op: { kind: 'window', of: 'ns/pack#budget', whom: 'ada', windowMs: 3600000, limit: 1e9, add: 1 }, isAsked: true }], 'Take', Date.now());
        n += 50;
        process.stdout.write(Date.now() + ' ' + n + '\\n');
      }, 5);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (data: Buffer) => (said += data.toString()));
    await vi.waitFor(() => expect(said.split('\n').length).toBeGreaterThan(150), { timeout: 20_000 });
    child.kill('SIGKILL');
    await once(child, 'close');
    const lines = said
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [number, number]);
    const [end] = lines.at(-1) ?? [0];
    const known = lines.findLast(([at]) => at < end - 1_000)?.[1] ?? 0;
    expect(sumOf(reopened(), 'ada')).toBeGreaterThanOrEqual(known);
  });
});
