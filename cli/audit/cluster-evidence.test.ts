/** That a real kubectl takes these arguments is not shown here. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SigningKey, signingKey } from '../../core/audit/note/note-keys.ts';
import { CHAIN, NAME, OTHER, PublishedCluster, WITNESS } from '../testing/published-cluster.ts';
import { following, readClusterKeys, readWitnessed, readWitnessKeys } from './cluster-evidence.ts';

const options = { operatorNamespace: 'sallyport-system', kubeconfig: '/k', context: 'c' };

let cluster: PublishedCluster;
beforeEach(() => void (cluster = new PublishedCluster()));
afterEach(() => cluster.close());

const texts = (found: readonly { key: { text: string } }[]) => found.map(({ key }) => key.text);
const expected = CHAIN.map(({ verifier }) => verifier.text);

test('keys are read in their order, with whether the one before announces them', () => {
  const found = readClusterKeys(options, 'finance/ledger');
  expect(texts(found)).toEqual(expected);
  expect(found.map(({ isAnnounced }) => isAnnounced)).toEqual([undefined, true, false, true]);
  expect(texts(readClusterKeys(options))).toEqual([...expected, OTHER.verifier.text]);
  expect(cluster.asked).toContain(
    '--kubeconfig=/k --context=c get configmaps -n sallyport-system -l sallyport.dev/audit-keys=true -o json',
  );
});

test('a key leads to those that are announced one after the other, and no further', () => {
  const all = readClusterKeys(options);
  const led = (n: number) => texts(following(all, (CHAIN[n] as SigningKey).verifier));
  expect(led(0)).toEqual(expected.slice(0, 2));
  expect(led(2)).toEqual(expected.slice(2, 4));
  expect(led(3)).toEqual(expected.slice(3, 4));
  expect(following(all, signingKey(NAME, Buffer.alloc(32, 7)).verifier)).toEqual([]);
});

test('checkpoints are read by stream, and witness keys without what is none', () => {
  expect(readWitnessed(options).map((note) => note.split('\n').slice(0, 2))).toEqual([
    ['sallyport/finance/ledger/ledger-1/2026-11-30T09:00:00.000Z', '3'],
    ['sallyport/finance/ledger/ledger-2/2026-11-30T09:00:00.000Z', '5'],
  ]);
  expect(readWitnessed(options, { server: 'finance/other' })).toEqual([]);
  expect(readWitnessed(options, { pod: 'ledger' })).toEqual([]);
  expect(readWitnessed(options, { pod: 'ledger-1' })).toHaveLength(1);
  expect(readWitnessKeys(options)).toEqual([WITNESS.verifier.text]);
});
