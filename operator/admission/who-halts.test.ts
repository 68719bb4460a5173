import { describe, expect, it } from 'vitest';
import { type PolicyPackInput, policyPackSchema } from '../../core/api/policy-pack.ts';
import { whoHalts } from './who-halts.ts';

type Halt = PolicyPackInput['spec']['halt'];

const pack = (halt: Halt) =>
  policyPackSchema.parse({
    ...{ apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: 'stop', namespace: 'finance' } },
    spec: { halt },
  });
const old = (halt: Halt) => ({
  apiVersion: 'sallyport.dev/v1alpha1',
  kind: 'PolicyPack',
  metadata: { name: 'stop' },
  spec: { halt },
});
const halt = { reason: 'incident 4711', by: 'ada' };

describe('who halts', () => {
  it.each([
    ['is who writes', pack(halt), { userInfo: { username: 'ada' } }],
    ['is not asked where nothing is halted', pack(undefined), { userInfo: { username: 'bob' } }],
    [
      'stays who it was when others change something else',
      pack(halt),
      { userInfo: { username: 'bob' }, oldObject: old(halt) },
    ],
  ])('%s', (_what, one, request) => expect(whoHalts(one, request)).toBeUndefined());

  it.each([
    ['nobody', { reason: 'incident 4711' }, undefined, 'is missing'],
    ['somebody else', halt, undefined, '"ada" is not who writes this'],
    ['somebody else, of what was another halt', halt, { ...halt, tools: ['send_*'] }, '"ada" is not who writes this'],
  ])('cannot be %s', (_who, said, before, words) => {
    const request = { userInfo: { username: 'bob' }, ...(before === undefined ? {} : { oldObject: old(before) }) };
    expect(whoHalts(pack(said), request)).toEqual({
      field: 'spec.halt.by',
      message: expect.stringMatching(new RegExp(`^${words}.*write "bob"`)),
    });
  });
});
