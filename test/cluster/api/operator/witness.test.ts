/** Keys of audit logs, and their witness: a gate's own parts, an operator with the rights of the chart, and a real API server between replicas. */
import dns from 'node:dns';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { announcedKey } from '../../../../core/audit/note/key-announcement.ts';
import { parseCheckpoint } from '../../../../core/audit/note/checkpoint.ts';
import { cosignaturesOf } from '../../../../core/audit/note/cosignature.ts';
import { parseSigningKey, parseWitnessKey, type SigningKey } from '../../../../core/audit/note/note-keys.ts';
import { parseNote } from '../../../../core/audit/note/signed-note.ts';
import { signedCheckpoint } from '../../../../core/audit/testing/signed-stream.ts';
import { MarkedTree } from '../../../../core/audit/tree/marked-tree.ts';
import { leafHash } from '../../../../core/audit/tree/compact-range.ts';
import { registerAudit } from '../../../../cli/audit.ts';
import { runHere } from '../../../../cli/testing/run-here.ts';
import { recordsIn } from '../../../../operator/audit-keys/keys-object.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { auditKeysConfigMapName, TLS_SECRET, WITNESS_KEYS, witnessConfigMapName } from '../../../../operator/names.ts';
import { keyOf as keyOfStream, shardOf } from '../../../../operator/witness/entry.ts';
import { readShard } from '../../../../operator/witness/shard.ts';
import { SYSTEM_CLOCK } from '../../../../sidecar/clock.ts';
import { Evidence } from '../../../../sidecar/lifecycle/evidence.ts';
import { OperatorClient } from '../../../../sidecar/operator-client/client.ts';
import { Reporter } from '../../../../sidecar/operator-client/reporter.ts';
import { WitnessLink } from '../../../../sidecar/operator-client/witness-link.ts';
import { WitnessMetrics } from '../../../../sidecar/telemetry/witness-metrics.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { type Answer, ask, gatedPod, type GatedPod, operatorCa } from './pod-identity.ts';

const { defer, use } = cleanupAfterEach();
const QUICK = { witness: { keepEndedFor: '1m', writeEvery: '100ms' } };

let on: Installation;
let operator: TestOperator;
let second: TestOperator;
let pod: GatedPod;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica({ name: 'a', config: QUICK });
  second = await on.replica({ name: 'b', config: QUICK });
  pod = await gatedPod(on);
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

const REPORT = {
  version: '0',
  policy: { revision: null, problem: null },
  tokens: { clients: 0, problems: [] },
  upstream: { loopbackOnly: null },
};

async function keyOf(from = pod, of = operator): Promise<SigningKey> {
  const { body } = await ask(of, from.operatorCa, { token: from.token, path: '/v1/report', body: REPORT });
  const key = parseSigningKey(String(body['signingKey']));
  return key ?? expect.fail(`no key: ${JSON.stringify(body)}`);
}

async function published(from = pod) {
  const name = auditKeysConfigMapName({ namespace: from.namespace, name: 'ledger' });
  const { data } = await on.client.get<RawObject>(RESOURCES.ConfigMap, { namespace: on.root, name });
  return recordsIn(data);
}

const leaf = (n: number, branch = 0) => leafHash((n * 1000 + branch).toString(16).padStart(64, '0'));

/** A stream of which only hashes are there: what a witness sees of it. */
class Stream {
  static #begun = Date.now();
  readonly origin: string;
  readonly #tree = new MarkedTree();

  /** Each has begun after the one before. */
  constructor(from: GatedPod, name = `${from.ref.name}/${new Date((Stream.#begun += 1)).toISOString()}`) {
    this.origin = `sallyport/${from.namespace}/ledger/${name}`;
    this.#tree.mark();
  }

  grow(to: number, branch = 0): this {
    while (this.#tree.end < to) this.#tree.append(leaf(this.#tree.end, branch));
    this.#tree.mark();
    return this;
  }

  shown(old: number, key: SigningKey): object {
    const proof = (this.#tree.consistency(old, this.#tree.end) ?? []).map((hash) =>
      Buffer.from(hash).toString('base64'),
    );
    return { old, proof, checkpoint: signedCheckpoint(this.origin, this.#tree.end, this.#tree.root(), key) };
  }
}

function show(body: object, from = pod, of = operator): Promise<Answer> {
  return ask(of, from.operatorCa, { token: from.token, path: '/v1/checkpoints', body });
}

async function heldOf({ origin }: Stream) {
  const ref = { namespace: on.root, name: witnessConfigMapName(shardOf(origin)) };
  const { entries } = readShard(await on.client.get<RawObject>(RESOURCES.ConfigMap, ref));
  return [...entries.values()].find(({ note }) => note.startsWith(`${origin}\n`));
}

async function witnessKeys() {
  const { data } = await on.client.get<RawObject>(RESOURCES.ConfigMap, { namespace: on.root, name: WITNESS_KEYS });
  return Object.values(data ?? {}).flatMap((text) => parseWitnessKey(text) ?? []);
}

describe('the key of an audit log', () => {
  test('is one for all gates of a server, from every replica, another one for another server, and published', async () => {
    const sibling = await gatedPod(on, 'ledger-2', pod.namespace);
    const stranger = await gatedPod(on);
    const { verifier } = await keyOf();
    expect(verifier.name).toBe(`sallyport/${pod.namespace}/ledger`);
    expect((await keyOf(sibling, second)).verifier.text).toBe(verifier.text);
    expect((await keyOf(stranger)).verifier.text).not.toBe(verifier.text);
    expect(await published()).toMatchObject([{ generation: 1, key: verifier.text }]);
  });

  test('is given to no log', async () => {
    await keyOf();
    expect([...operator.log, ...second.log].join('\n')).not.toContain('PRIVATE+KEY');
  });

  test('that is old is followed by one that it announces, and is still good for an hour', async () => {
    const first = await keyOf();
    const name = auditKeysConfigMapName({ namespace: pod.namespace, name: 'ledger' });
    const [record] = await published();
    const old = JSON.stringify({ ...record, since: new Date(Date.now() - 91 * 86_400_000).toISOString() });
    await on.client.mergePatch(RESOURCES.ConfigMap, { namespace: on.root, name }, { data: { '1': old } });
    const next = await soon(async () => {
      const key = await keyOf();
      expect(key.verifier.text).not.toBe(first.verifier.text);
      return key;
    });
    expect((await keyOf(pod, second)).verifier.text).toBe(next.verifier.text);
    const records = await published();
    expect(records).toMatchObject([{ generation: 1 }, { generation: 2, key: next.verifier.text }]);
    expect(announcedKey(records[1]?.announcement ?? '', first.verifier)?.text).toBe(next.verifier.text);
    const stream = new Stream(pod).grow(3);
    expect((await show(stream.shown(0, first))).status).toBe(200);
    expect((await show(stream.grow(4).shown(3, next))).status).toBe(200);
  });
});

describe('a checkpoint', { tags: ['evidence'] }, () => {
  test('is cosigned, and held where the namespace of the server writes nothing; the next one goes on from it at any replica', async () => {
    const key = await keyOf();
    const stream = new Stream(pod).grow(5);
    const shown = stream.shown(0, key);
    const { status, body } = await show(shown);
    expect([status, body['size']]).toEqual([200, 5]);
    const held = await heldOf(stream);
    expect(held).toMatchObject({ server: `${pod.namespace}/ledger`, pod: 'ledger-1' });
    const note = parseNote(held?.note ?? '') ?? expect.fail('no note');
    expect(held?.note).toBe(`${(shown as { checkpoint: string }).checkpoint}${String(body['cosignatures'])}`);
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: stream.origin, size: 5 });
    const cosigned = cosignaturesOf(note, await witnessKeys());
    if (cosigned === 'wrong') expect.fail('a cosignature is wrong');
    expect(cosigned).toHaveLength(1);
    expect(Math.abs((cosigned[0]?.time ?? 0) - Date.now() / 1000)).toBeLessThan(30);
    expect((await show(stream.grow(9).shown(5, key), pod, second)).body['size']).toBe(9);
    expect((await show(stream.grow(12).shown(9, key))).body['size']).toBe(12);
    // Shown again, since its answer was lost.
    expect((await show(stream.shown(12, key), pod, second)).body['size']).toBe(12);
  });

  test('whose proof begins elsewhere is answered with where it has to begin', async () => {
    const key = await keyOf();
    const stream = new Stream(pod).grow(5);
    await show(stream.shown(0, key));
    const answer = await show(stream.grow(8).shown(0, key), pod, second);
    expect([answer.status, answer.body['size']]).toEqual([409, 5]);
  });

  test.each([
    [
      'of another server',
      async () => new Stream({ ...pod, namespace: 'elsewhere' }).grow(3).shown(0, await keyOf()),
      403,
    ],
    ['signed with another key', async () => new Stream(pod).grow(3).shown(0, await keyOf(await gatedPod(on))), 403],
    [
      'with a proof that is longer than any',
      async () => ({
        ...new Stream(pod).grow(3).shown(0, await keyOf()),
        proof: Array(64).fill(Buffer.alloc(32).toString('base64')),
      }),
      400,
    ],
    ['that is none', async () => ({ old: 0, proof: [], checkpoint: 'hello' }), 400],
  ])('%s is refused', async (_, body, status) => {
    expect((await show(await body())).status).toBe(status);
  });

  test('of the stream of another pod of the same server is refused: it would fork it', async () => {
    const key = await keyOf();
    const sibling = await gatedPod(on, 'ledger-3', pod.namespace);
    const stream = new Stream(pod).grow(5);
    await show(stream.shown(0, key));
    const answer = await show(stream.grow(6).shown(5, key), sibling);
    expect(answer.status).toBe(403);
    expect(answer.body['error']).toContain('the gate of');
    expect(answer.body['error']).toContain('in pod ledger-3 speaks for its own streams only');
  });

  test('of a stream that has left is not cosigned: neither of the pod itself nor of one that was made later', async () => {
    const from = await gatedPod(on);
    const key = await keyOf(from);
    const old = new Stream(from).grow(5);
    await show(old.shown(0, key), from);
    const next = new Stream(from).grow(5);
    await show(next.shown(0, key), from);
    const ref = { namespace: on.root, name: witnessConfigMapName(shardOf(old.origin)) };
    await on.client.mergePatch(RESOURCES.ConfigMap, ref, { data: { [keyOfStream(old.origin)]: null } });
    const again = new Stream(from, old.origin.split('/').slice(-2).join('/')).grow(4, 1);
    const answer = await soon(async () => {
      const found = await show(again.shown(0, key), from, second);
      expect(found.status).toBe(403);
      return found;
    });
    expect(answer.body['error']).toContain('began later');
    const before = new Stream(from, `${from.ref.name}/${new Date(Date.now() - 3_600_000).toISOString()}`).grow(4);
    const early = await show(before.shown(0, key), from);
    expect([early.status, early.body['error']]).toEqual([403, expect.stringContaining('was made at')]);
  });

  test('that forks is never cosigned: the server says so, and metric, log and event; the true one goes on', async () => {
    const forked = await gatedPod(on);
    const key = await keyOf(forked);
    const stream = new Stream(forked).grow(5);
    const ref = { namespace: forked.namespace, name: 'ledger' };
    expect((await show(stream.shown(0, key), forked)).status).toBe(200);
    await on.reason(ref, 'AuditWitnessed', 'Witnessed');
    // With the stolen key: another line 4.
    const other = new Stream(forked, stream.origin.split('/').slice(-2).join('/')).grow(3).grow(9, 1);
    const { status, body } = await show(other.shown(5, key), forked);
    expect(status).toBe(422);
    expect(body['error']).toContain('does not go on from what was witnessed');
    expect((await show(other.shown(5, key), forked, second)).status).toBe(422);
    const { message } = await on.reason(ref, 'AuditWitnessed', 'Forked');
    expect(message).toContain(`pod ledger-1 has shown of its audit log (${stream.origin}, 9 lines`);
    expect(operator.log.some((line) => line.includes(stream.origin) && line.includes('does not go on'))).toBe(true);
    expect(await operator.metrics()).toContain('sallyport_operator_witness_checkpoints_total{outcome="fork"} 1');
    await soon(async () => {
      const { items } = await on.client.list<RawObject>(RESOURCES.Event, { namespace: forked.namespace });
      expect(JSON.stringify(items)).toContain('AuditWitnessed: ');
    });
    expect((await show(stream.grow(7).shown(5, key), forked)).status).toBe(200);
    expect((await heldOf(stream))?.fork).toMatchObject({ size: 9, pod: 'ledger-1' });
  });

  test('is held still when somebody has deleted what holds it', async () => {
    const key = await keyOf();
    const stream = new Stream(pod).grow(5);
    await show(stream.shown(0, key));
    const ref = { namespace: on.root, name: witnessConfigMapName(shardOf(stream.origin)) };
    await on.client.delete(RESOURCES.ConfigMap, ref);
    const answer = await show(stream.grow(8).shown(0, key));
    expect([answer.status, answer.body['size']]).toEqual([409, 5]);
    expect((await show(stream.shown(5, key))).status).toBe(200);
    expect(await heldOf(stream)).toBeDefined();
  });
});

describe("a gate's own log", () => {
  async function gate(from: GatedPod) {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-evidence-'));
    defer(() => rmSync(folder, { recursive: true }));
    const [caFile, tokenFile] = [join(folder, 'ca.crt'), join(folder, 'token')];
    writeFileSync(caFile, from.operatorCa);
    writeFileSync(tokenFile, from.token);
    const { serviceName, namespace, ports } = operator.config;
    const host = `${serviceName}.${namespace}.svc`;
    const lookup = dns.lookup;
    const spy = vi
      .spyOn(dns, 'lookup')
      .mockImplementation((name: string, ...rest: unknown[]) =>
        (lookup as (...args: unknown[]) => void)(name === host ? '127.0.0.1' : name, ...rest),
      );
    defer(() => spy.mockRestore());
    const client = await use(
      new OperatorClient({ url: `https://${host}:${ports.sidecars}`, caFile, tokenFile }, SYSTEM_CLOCK),
    );
    const server = `${from.namespace}/ledger`;
    const evidence = new Evidence({
      directory: folder,
      stream: `${server}/${from.ref.name}/${new Date().toISOString()}`,
      server,
      clock: SYSTEM_CLOCK,
      checkpointMs: 100,
      operator: (tree, events) => new WitnessLink(client, tree, events, { everyMs: 200, firstMs: 50 }),
      metrics: () => new WitnessMetrics(new Registry(), server),
      log: pino({ level: 'silent' }),
    });
    const reporter = new Reporter(
      client,
      { ...REPORT, understands: { version: 1, features: [] } },
      {
        onAnswer: (answer) => evidence.take(answer),
        onTaken: () => {},
        onProblem: () => {},
      },
    );
    defer(() => reporter.stop());
    return { folder, evidence, reporter, read: (name: string) => readFileSync(join(folder, name), 'utf8') };
  }

  test('is signed with the key of the server, and witnessed to its end', async () => {
    const from = await gatedPod(on);
    const { folder, evidence, reporter, read } = await gate(from);
    evidence.audit.refuseUnknown(REFUSED, '10.0.0.1');
    reporter.start();
    await soon(async () => expect(read('audit.witnessed')).toContain('sallyport-witness/'));
    const { verifier } = await keyOf(from);
    expect(read('audit.pub')).toBe(`${verifier.text}\n`);
    evidence.audit.refuseUnknown({ ...REFUSED, decision: { ...REFUSED.decision, reason: 'other' } }, '10.0.0.1');
    await evidence.close();
    const lines = read('audit.jsonl').trimEnd().split('\n');
    const note = parseNote(read('audit.witnessed')) ?? expect.fail('no note');
    // All but the last checkpoint itself, and the line that closes.
    expect(parseCheckpoint(note.text)?.size).toBe(lines.length - 2);
    expect(cosignaturesOf(note, await witnessKeys())).toHaveLength(1);
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toContain('key');
    // Against what the operator has published, not what the gate says.
    const [keyFile, witnessFile] = [join(folder, 'ledger.pub'), join(folder, 'witness.pub')];
    writeFileSync(keyFile, (await published(from)).map(({ key }) => `${key}\n`).join(''));
    writeFileSync(witnessFile, (await witnessKeys()).map(({ text }) => `${text}\n`).join(''));
    const witnessed = join(folder, 'audit.witnessed');
    const file = join(folder, 'audit.jsonl');
    const verify = (path: string) =>
      runHere(registerAudit, [
        'audit',
        'verify',
        path,
        '--key',
        keyFile,
        '--key',
        witnessFile,
        '--witnessed',
        witnessed,
      ]);
    expect(await verify(file)).toMatchObject({ code: 0, stderr: '' });
    const cut = join(folder, 'cut.jsonl');
    writeFileSync(
      cut,
      lines
        .slice(0, -3)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect((await verify(cut)).code).toBe(1);
  });
});

const REFUSED = {
  decision: { effect: 'Deny' as const, mode: 'Enforce' as const, reason: 'unauthenticated', revision: null, rules: [] },
  latency: { sallyportMs: 1 },
  method: 'tools/call',
  outcome: 'refused',
  principal: null,
  time: 0,
  traceId: 't',
};

describe('with the Secret of the operator deleted, and no replica left that remembers it', () => {
  test('the next key is announced by nobody, and the log says so; what was witnessed is gone on from', async () => {
    const first = await keyOf();
    const stream = new Stream(pod).grow(5);
    await show(stream.shown(0, first));
    const before = (await published()).length;
    await on.client.delete(RESOURCES.Secret, { namespace: on.root, name: TLS_SECRET });
    await Promise.all([on.stop(operator), on.stop(second)]);
    operator = await on.replica({ name: 'a', config: QUICK });
    const ca = await soon(async () => {
      const found = await operatorCa(on, pod.namespace);
      expect(found).not.toBe(pod.operatorCa);
      return found;
    });
    pod = { ...pod, operatorCa: ca };
    const next = await keyOf();
    expect(next.verifier.text).not.toBe(first.verifier.text);
    const records = await published();
    expect(records).toHaveLength(before + 1);
    expect(records.at(-1)?.announcement).toBeUndefined();
    expect(operator.log.some((line) => line.includes('sign with a key that no other announces'))).toBe(true);
    expect((await show(stream.grow(8).shown(5, next))).status).toBe(200);
    expect(await witnessKeys()).toHaveLength(2);
  });
});
