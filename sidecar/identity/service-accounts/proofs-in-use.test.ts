import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, expect, it } from 'vitest';
import type { Known } from '../jwt/verify-token.ts';
import { AccountProof } from './account-proof.ts';
import { ProofsInUse } from './proofs-in-use.ts';

const KNOWN = { principal: { kind: 'serviceAccount', name: 'a', groups: [] } } as unknown as Known;
const proofOf = (token: string) => new AccountProof(KNOWN, token, { holds: () => true });
let asked: string[];
let ask: () => Promise<void>;
let proofs: ProofsInUse;

beforeEach(() => {
  asked = [];
  ask = async () => {};
  proofs = new ProofsInUse(3_600_000, (digest) => {
    asked.push(digest);
    return ask();
  });
});

it('are asked about, each of them once at a time', async () => {
  const kept = ['a', 'b'].map((digest) => {
    const proof = proofOf(digest);
    proofs.add(digest, proof);
    return proof;
  });
  await Promise.all([proofs.askAboutAll(), proofs.askAboutAll()]);
  expect(asked).toEqual(['a', 'b']);
  expect(proofs.get('a')).toBe(kept[0]);
  expect(proofs.get('c')).toBeUndefined();
});

it('are all asked about, where nobody can say anything of one of them', async () => {
  ask = () => Promise.reject(new Error('the operator is away'));
  const kept = Array.from({ length: 40 }, (_, at) => proofOf(`${at}`));
  kept.forEach((proof, at) => proofs.add(`${at}`, proof));
  await proofs.askAboutAll();
  expect(asked).toHaveLength(kept.length);
});

it('of a stream stays one of them, whatever becomes of later calls with its token', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const ofStream = proofOf('a');
  proofs.add('a', ofStream);
  (() => proofs.add('a', proofOf('a')))();
  await sleep(1);
  collect();
  expect(proofs.get('a')).toBe(ofStream);
  await proofs.askAboutAll();
  expect(asked).toEqual(['a']);
});
