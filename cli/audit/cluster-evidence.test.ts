/** With a kubectl that answers from files, as in cluster-pins.test.ts; that a real one takes these arguments the tests on a node show. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { announceKey } from '../../core/audit/note/key-announcement.ts';
import { cosigningKey, type SigningKey, signingKey } from '../../core/audit/note/note-keys.ts';
import { keyOf } from '../../operator/witness/entry.ts';
import { roundOf } from '../../operator/witness/round.ts';
import { ShownStream } from '../../operator/witness/testing/shown.ts';
import { registerAudit } from '../audit.ts';
import { runHere } from '../testing/run-here.ts';
import { following, readClusterKeys, readWitnessed, readWitnessKeys } from './cluster-evidence.ts';

const options = { operatorNamespace: 'sallyport-system', kubeconfig: '/k', context: 'c' };
const NAME = 'sallyport/finance/ledger';
const chain = [1, 2, 3, 4].map((n) => signingKey(NAME, Buffer.alloc(32, n)));
const other = signingKey('sallyport/finance/other', Buffer.alloc(32, 9));
const WITNESS = cosigningKey('sallyport-witness/sallyport-system', Buffer.alloc(32, 8));

let folder: string;
const pathBefore = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-kubectl-'));
  const script = `#!/bin/sh
printf '%s\\n' "$*" >> ${folder}/asked
case "$*" in
  *sallyport.dev/audit-keys=true*) cat ${folder}/keys.json ;;
  *sallyport.dev/witness=true*) cat ${folder}/witness.json ;;
  *sallyport-witness-keys*) cat ${folder}/witness-keys.json ;;
esac
`;
  writeFileSync(join(folder, 'kubectl'), script);
  chmodSync(join(folder, 'kubectl'), 0o755);
  process.env['PATH'] = `${folder}${delimiter}${pathBefore ?? ''}`;
  keys();
});
afterEach(() => {
  process.env['PATH'] = pathBefore;
  rmSync(folder, { recursive: true });
});

const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));

/** The third is announced by nobody. */
function keys(): void {
  const record = (key: SigningKey, generation: number, by?: SigningKey) => [
    String(generation),
    JSON.stringify({
      ...{ generation, uid: 'u', since: '2026-11-30T00:00:00Z', key: key.verifier.text },
      ...(by === undefined ? {} : { announcement: announceKey(key.verifier, by) }),
    }),
  ];
  const [a, b, c, d] = chain as [SigningKey, SigningKey, SigningKey, SigningKey];
  const data = Object.fromEntries([record(a, 1), record(b, 2, a), record(c, 3), record(d, 4, c)]);
  const items = [
    { metadata: { name: 'sallyport-audit-keys-finance.ledger' }, data: { ...data, '5': 'hello' } },
    { metadata: { name: 'sallyport-audit-keys-finance.other' }, data: Object.fromEntries([record(other, 1)]) },
    { metadata: { name: 'another' }, data },
  ];
  write('keys.json', { items });
  write('witness-keys.json', { data: { a: WITNESS.verifier.text, b: 'hello' } });
  const streams = [new ShownStream('ledger-2').grow(5), new ShownStream('ledger-1').grow(3)];
  const round = roundOf(
    new Map(),
    streams.map((stream) => stream.shown(0)),
    [WITNESS],
    0,
  );
  const shards = streams.map(({ origin }) => ({
    metadata: { name: 'sallyport-witness-0' },
    data: { [keyOf(origin)]: JSON.stringify(round.put.get(keyOf(origin))) },
  }));
  write('witness.json', { items: shards });
}

async function run(args: string[]) {
  const { stdout, stderr, code } = await runHere(registerAudit, args);
  return { out: stdout, err: stderr, code };
}

const texts = (found: readonly { key: { text: string } }[]) => found.map(({ key }) => key.text);
const expected = chain.map(({ verifier }) => verifier.text);

test('keys are read in their order, with whether the one before announces them', () => {
  const found = readClusterKeys(options, 'finance/ledger');
  expect(texts(found)).toEqual(expected);
  expect(found.map(({ isAnnounced }) => isAnnounced)).toEqual([undefined, true, false, true]);
  expect(texts(readClusterKeys(options))).toEqual([...expected, other.verifier.text]);
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toContain(
    '--kubeconfig=/k --context=c get configmaps -n sallyport-system -l sallyport.dev/audit-keys=true -o json',
  );
});

test('a key leads to those that are announced one after the other, and no further', () => {
  const all = readClusterKeys(options);
  const led = (n: number) => texts(following(all, (chain[n] as SigningKey).verifier));
  expect(led(0)).toEqual(expected.slice(0, 2));
  expect(led(2)).toEqual(expected.slice(2, 4));
  expect(led(3)).toEqual(expected.slice(3, 4));
  expect(following(all, signingKey(NAME, Buffer.alloc(32, 7)).verifier)).toEqual([]);
});

test('checkpoints are read by stream, and witness keys without what is none', () => {
  expect(readWitnessed(options).map((note) => note.split('\n').slice(0, 2))).toEqual([
    ['sallyport/finance/ledger/ledger-1/a', '3'],
    ['sallyport/finance/ledger/ledger-2/a', '5'],
  ]);
  expect(readWitnessed(options, 'finance/other')).toEqual([]);
  expect(readWitnessKeys(options)).toEqual([WITNESS.verifier.text]);
});

describe('the commands', () => {
  test('print lines for --key, and say which key comes from nowhere', async () => {
    const { out, err, code } = await run(['audit', 'keys', '--server', 'finance/ledger']);
    expect([out, code]).toEqual([`${expected.join('\n')}\n`, 0]);
    expect(err).toContain(`${expected[2]} of finance/ledger is announced by no other`);
    const led = await run(['audit', 'keys', '--trust', expected[0] ?? '']);
    expect([led.out, led.err]).toEqual([`${expected.slice(0, 2).join('\n')}\n`, '']);
    expect((await run(['audit', 'keys', '--witness'])).out).toBe(`${WITNESS.verifier.text}\n`);
  });

  test('print notes with an empty line between them', async () => {
    const { out } = await run(['audit', 'witnessed']);
    expect(out.split('\n\n')).toHaveLength(4);
    expect(out).toMatch(/^sallyport\/finance\/ledger\/ledger-1\/a\n3\n/);
  });

  test.each([
    [['keys', '--server', 'a/b'], 1, 'no key is published of a/b'],
    [['keys', '--trust', signingKey(NAME, Buffer.alloc(32, 7)).verifier.text], 1, 'the key is not published'],
    [['keys', '--trust', 'hello'], 2, '--trust is no verifier key'],
    [['witnessed', '--server', 'a/b'], 1, 'nothing is witnessed of a/b'],
  ])('%o ends with %i', async (words, code, says) => {
    const ended = await run(['audit', ...words]);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(says);
  });
});
