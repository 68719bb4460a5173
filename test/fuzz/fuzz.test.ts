/** What was ever found stays mended, the fuzz finds what it should, and a minute of it finds nothing new. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject } from '../../core/mcp/message.ts';
import type { AuditLine } from '../support/audit-file.ts';
import { type LayerTotals, fuzz } from './campaign.ts';
import type { Reading } from './gate-reading.ts';
import type { JsonInput } from './input.ts';
import { AnswerLayer } from './layers/answer-layer.ts';
import { HttpLayer, WITHOUT_GATE, findSmuggled } from './layers/http-layer.ts';
import { JsonLayer } from './layers/json-layer.ts';
import { type Finding, LAYERS, type Layer, type LayerName } from './layers/layer.ts';
import { ListenerLayer } from './layers/listener-layer.ts';
import { SseLayer } from './layers/sse-layer.ts';
import { type Living, tcp, whyDead } from './listeners/living.ts';
import { findDifference } from './oracle.ts';
import { readRegressions } from './regressions.ts';
import { SEEDS } from './seeds.ts';

const SECONDS = 60;
const FLOOR = 50_000;
/** So few would mean that a server does not take part. */
const FLOOR_EXECUTED = 50;
/** Each listener is one of fourteen, which share a seventh of the time. */
const FLOOR_ANSWERED = 5;
const START_MS = 12 * 60_000;
const say = (line: string): void => console.log(line);

describe('what was found before', { tags: ['one-reading'] }, () => {
  const layers = new Map<LayerName, Layer>();
  beforeAll(async () => {
    layers.set('json', await JsonLayer.start(say));
    layers.set('http', await HttpLayer.start(say));
    layers.set('sse', new SseLayer());
    layers.set('answer', new AnswerLayer());
    layers.set('listeners', await ListenerLayer.start());
  }, START_MS);
  afterAll(async () => {
    await Promise.all([...layers.values()].map((layer) => layer.close()));
  });

  it.each(readRegressions())('$id: $note', async ({ layer, input, open }) => {
    const finding = await layers.get(layer)?.check(input);
    if (open === undefined) expect(finding).toBeUndefined();
    else expect(finding, 'it is mended: take "open" from its row').toBeDefined();
  });

  it('all seeds are read in one way or refused', async () => {
    for (const { body, headers } of SEEDS) {
      const finding = await layers.get('json')?.check({ text: body.toString(), headers: withoutAbsent(headers) });
      expect(finding?.why).toBeUndefined();
    }
  });
});

describe('the fuzz itself', () => {
  it('finds out a reader that is as careless as most', { timeout: START_MS }, async () => {
    const layer = await JsonLayer.start(say, readCarelessly);
    const found: Finding[] = [];
    for (let batch = 0; batch < 10; batch++) found.push(...(await layer.batch(1, batch)).findings);
    // What the envelope of 2026-07-28 needs cannot be taken out.
    const large = found.find(
      ({ input: { text = '' } }) => text.length > 200 && !text.includes('io.modelcontextprotocol'),
    );
    const small = large === undefined ? undefined : await layer.minimise(large);
    await layer.close();
    const by = [...new Set(found.map((finding) => finding.by))];
    expect(by).toEqual(expect.arrayContaining(['sdk-v1', 'sdk-v1-express', 'sdk-v2-handler', 'sdk-v2-session']));
    expect(small?.input.text?.length).toBeLessThan(150);
  });

  it('makes the same inputs of the same seed', async () => {
    const layer = new SseLayer();
    expect(await layer.batch(5, 1)).toEqual(await layer.batch(5, 1));
  });

  it('notices a call that was executed and not put on record', () => {
    const execution = { method: 'tools/call', params: { name: 'danger' } };
    const record = {
      method: 'tools/call',
      tool: 'danger',
      outcome: 'answered',
      decision: { reason: 'rule' },
    } as AuditLine;
    expect(findSmuggled([], [execution], [record], [])).toBeUndefined();
    expect(findSmuggled([], [execution, execution], [record], [])).toMatch(/executed/);
    expect(findSmuggled([], [execution], [{ ...record, tool: 'echo' }], [])).toMatch(/executed/);
    expect(findSmuggled([], [execution], [{ ...record, outcome: 'refused' }], [])).toMatch(/executed/);
  });

  it.each<[name: string, does: string, says: RegExp]>([
    ['has ended', 'process.exit(3)', /has ended with 3/],
    ['has ended by a signal', "process.kill(process.pid, 'SIGKILL')", /has ended with SIGKILL/],
    ['takes no connection any more', 'server.close()', /takes no connection|has ended/],
    ['does not answer', '{ for (;;); }', /does not answer within/],
    [
      'cuts a proper request',
      "server.on('connection', (socket) => socket.destroy())",
      /without an answer|no connection/,
    ],
  ])('notices a process that %s', async (_name, does, says) => {
    const child = spawn(process.execPath, ['-e', servingUntil(does)], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const listener = tcp('a listener', Number(port.toString()));
    const living: Living = {
      ...{ name: 'one', process: child, listeners: [listener], lastWords: () => 'its last words' },
      close: async () => child.kill('SIGKILL'),
    };
    expect(await whyDead(living)).toBeUndefined();
    listener
      .connect()
      .on('error', () => {})
      .write('GET /end HTTP/1.1\r\nHost: a\r\n\r\n');
    await sleep(200);
    expect(await whyDead(living)).toMatch(says);
    await living.close();
  });

  it.each<[name: string, executed: unknown]>([
    ['another number', { n: 2 }],
    ['the other zero', { n: -0 }],
    ['more', { n: 0, m: 1 }],
    ['less', {}],
    ['something inherited', Object.assign(Object.create({ m: 1 }) as object, { n: 0 })],
    ['a list for an object', [0]],
  ])('notices arguments that are %s', (_, args) => {
    const params = { name: 'echo', arguments: { n: 0 } };
    const targets = [{ kind: 'tool', name: 'echo', args: params.arguments }] as const;
    const read = { kind: 'request', method: 'tools/call', params, targets, modern: false, exact: true } as const;
    expect(findDifference([read], [{ method: 'tools/call', params }])).toBeUndefined();
    expect(findDifference([read], [{ method: 'tools/call', params: { ...params, arguments: args } }])).toBeDefined();
  });
});

describe('a minute of the fuzz', () => {
  it('finds nothing that is read in two ways', { tags: ['one-reading'], timeout: START_MS }, async () => {
    const seed = randomInt(2 ** 47);
    say(`Seed ${seed}: node test/fuzz/main.ts --seed ${seed}`);
    const { finding, totals } = await fuzz({ seconds: SECONDS, seed, layers: LAYERS, say, onProgress: () => {} });
    const all = Object.values(totals);
    say(`${all.reduce((sum, { inputs }) => sum + inputs, 0)} inputs: ${JSON.stringify(totals)}`);
    expect(finding).toBeUndefined();
    expect(all.reduce((sum, { inputs }) => sum + inputs, 0)).toBeGreaterThan(FLOOR);
    for (const layer of LAYERS) {
      const { executed } = totals[layer] as LayerTotals;
      for (const [server, count] of Object.entries(executed)) {
        if (!server.endsWith(WITHOUT_GATE))
          expect(count, server).toBeGreaterThan(layer === 'listeners' ? FLOOR_ANSWERED : FLOOR_EXECUTED);
      }
    }
  });
});

/** A server that answers until it is asked for its end. */
function servingUntil(does: string): string {
  return `const server = require('node:http').createServer((request, response) => {
    if (request.url === '/end') ${does};
    response.end();
  }).listen(0, '127.0.0.1', () => console.log(server.address().port));
  setInterval(() => {}, 1_000);`;
}

/** `JSON.parse`, the first spelling of a key that is found, and no doubts. */
function readCarelessly(input: JsonInput): Reading {
  let value: unknown;
  try {
    value = JSON.parse(input.body.toString());
  } catch {
    return { refused: 'not-json', passed: [] };
  }
  if (!isObject(value) || !isObject(value['params'])) return { refused: 'not-a-message', passed: [] };
  const { method, params } = value;
  const { name } = params;
  if (method !== 'tools/call' || typeof name !== 'string') return { refused: 'unknown-method', passed: [] };
  const args = isObject(params['arguments']) ? params['arguments'] : {};
  const targets = [{ kind: 'tool', name: name.trim(), args }] as const;
  const call = { kind: 'request', method, params, targets, modern: false, exact: true } as const;
  return { refused: undefined, passed: [{ call, body: input.body }] };
}

function withoutAbsent(headers: JsonInput['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
