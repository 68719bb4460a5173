import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { signingKey, signingKeyText } from '../../core/audit/note/note-keys.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { OperatorClient } from '../operator-client/client.ts';
import { WitnessLink } from '../operator-client/witness-link.ts';
import { WitnessMetrics } from '../telemetry/witness-metrics.ts';
import { OperatorDouble } from '../testing/operator-double.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { Evidence } from './evidence.ts';

const SERVER = 'finance/ledger';
const KEY = signingKey(`sallyport/${SERVER}`, Buffer.alloc(32, 1));

let operator: OperatorDouble;
let client: OperatorClient;
let registry: Registry;
let said: { level: number; msg: string; problem?: string }[];
beforeEach(async () => {
  operator = await OperatorDouble.start();
  client = new OperatorClient(operator, SYSTEM_CLOCK);
  [registry, said] = [new Registry(), []];
});
afterEach(async () => {
  await client.close();
  await operator.close();
});

function open(hasOperator = true, directory = temporaryFolder()) {
  const evidence = new Evidence({
    directory,
    stream: `${SERVER}/pod/1`,
    server: SERVER,
    clock: SYSTEM_CLOCK,
    checkpointMs: 20,
    operator: hasOperator
      ? (tree, events) => new WitnessLink(client, tree, events, { everyMs: 20, firstMs: 20 })
      : undefined,
    metrics: () => new WitnessMetrics(registry, SERVER),
    log: pino({}, { write: (line: string) => void said.push(JSON.parse(line) as (typeof said)[number]) }),
  });
  return { evidence, read: (name: string) => readFileSync(join(directory, name), 'utf8') };
}

const cosigns = (body: Record<string, unknown>) => ({
  status: 200,
  body: { size: Number(String(body['checkpoint']).split('\n')[1]), cosignatures: '— w x\n' },
});
const eventsIn = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { event: string }).event);
const errors = () => said.filter(({ level }) => level >= 40).map(({ msg, problem }) => `${msg} ${problem ?? ''}`);

test('without an operator the gate has a key of its own from the first line, and no witness', async () => {
  const { evidence, read } = open(false);
  await evidence.close();
  expect(eventsIn(read('audit.jsonl'))).toEqual(['open', 'checkpoint', 'close']);
  expect(read('audit.pub')).toMatch(/^sallyport\/finance\/ledger\+/);
  expect(() => read('audit.witnessed')).toThrow(/ENOENT/);
  expect(await registry.metrics()).not.toContain('witness');
});

test('with one, what was recorded before the key came is signed with it, and witnessed to the end', async () => {
  operator.witness = cosigns;
  const { evidence, read } = open();
  evidence.take({ signingKey: signingKeyText(KEY) });
  await vi.waitFor(() => expect(read('audit.witnessed')).toContain('\n2\n'));
  await evidence.close();
  expect(eventsIn(read('audit.jsonl'))).toEqual(['open', 'key', 'checkpoint', 'close']);
  expect(read('audit.pub')).toBe(`${KEY.verifier.text}\n`);
  expect(await registry.metrics()).toMatch(/last_success_timestamp_seconds{server="finance\/ledger"} 1\d{9}/);
  expect(errors()).toEqual([]);
});

test('a gate that ends before a key came signs with one of its own', async () => {
  const { evidence, read } = open();
  await evidence.close();
  expect(eventsIn(read('audit.jsonl'))).toEqual(['open', 'key', 'checkpoint', 'close']);
});

test('a fork is an error in the log, said once, and counted each time; calls go on', async () => {
  operator.witness = () => ({ status: 422, body: { error: 'other lines' } });
  const { evidence } = open();
  evidence.take({ signingKey: signingKeyText(KEY) });
  await vi.waitFor(() => expect(errors()).toHaveLength(1));
  expect(errors()[0]).toMatch(/somebody else signs in the name of this gate.*HTTP 422: other lines/);
  expect(evidence.audit.state).toBe('ok');
  expect(await registry.metrics()).toContain('failures_total{server="finance/ledger",reason="fork"} 1');
  await evidence.close();
});

test('an operator that is away is a warning, said once, and the end of it too', async () => {
  operator.witness = cosigns;
  operator.goWrong(/checkpoints/, 503);
  const { evidence, read } = open();
  evidence.take({ signingKey: signingKeyText(KEY) });
  await vi.waitFor(async () => expect(await registry.metrics()).toMatch(/reason="unreachable"} [2-9]/));
  expect(errors()).toHaveLength(1);
  operator.recover();
  await vi.waitFor(() => expect(read('audit.witnessed')).toContain('— w x'));
  expect(said.some(({ msg }) => msg === 'the audit log is witnessed again')).toBe(true);
  await evidence.close();
});
