import { expect, test } from 'vitest';
import type { GateNote } from '../../core/audit/gate-record.ts';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { fingerprints } from '../identity/fingerprints.ts';
import { EarlyNotes, IdentityRecord, PolicyRecord, RevocationRecord } from './recorded-changes.ts';

function noting() {
  const notes: GateNote[] = [];
  return { notes, audit: { note: (note: GateNote) => void notes.push(note) } };
}

const token = (name: string, digest: string, groups: string[] = []) => ({ name, groups, digests: [digest] });

test('each policy that is taken is on record once, with its packs and the one before', () => {
  const { notes, audit } = noting();
  const record = new PolicyRecord(audit);
  const [first, second] = [policyOf(pack({})), policyOf(pack({ tools: [{ names: ['a'], effect: 'Allow' }] }))];
  record.taken(first);
  record.taken(first);
  record.taken(second);
  expect(notes).toMatchObject([
    { event: 'policy', state: 'Enforced', previous: null, revision: first.revision, packs: [{ mode: 'Enforce' }] },
    { state: 'Enforced', previous: first.revision, revision: second.revision },
  ]);
});

test('what is not taken is on record once, and that it is gone again', () => {
  const { notes, audit } = noting();
  const record = new PolicyRecord(audit);
  const policy = policyOf(pack({}));
  record.taken(policy);
  record.refused('is no JSON');
  record.refused('is no JSON');
  record.taken(policy);
  expect(notes.slice(1)).toMatchObject([
    { state: 'Refused', problem: 'is no JSON', revision: policy.revision, previous: policy.revision },
    { state: 'Enforced', revision: policy.revision },
  ]);
});

test('whose tokens count is on record as what has become of each client, and never as a digest', () => {
  const { notes, audit } = noting();
  const record = new IdentityRecord(audit);
  record.read(fingerprints([token('a', 'd1'), token('b', 'd2')]), []);
  record.read(fingerprints([token('b', 'd2'), token('a', 'd1')]), []);
  record.read(fingerprints([token('a', 'd1', ['admins']), token('c', 'd3')]), ['d: is empty']);
  const none = { changed: [], granted: [], problems: [], revoked: [] };
  expect(notes).toEqual([
    { ...none, event: 'identity', count: 2, granted: ['a', 'b'] },
    { event: 'identity', changed: ['a'], count: 2, granted: ['c'], problems: ['d: is empty'], revoked: ['b'] },
  ]);
});

test('a gate that knows nobody, and has always known nobody, has nothing to say', () => {
  const { notes, audit } = noting();
  new IdentityRecord(audit).read(new Map(), []);
  expect(notes).toEqual([]);
});

test('which tokens are taken back is on record by the names of the entries, when it changes', () => {
  const { notes, audit } = noting();
  const record = new RevocationRecord(audit);
  record.read([], []);
  record.read(['stolen'], []);
  record.read(['stolen'], []);
  record.read(['stolen'], ['left: is empty']);
  expect(notes).toEqual([
    { event: 'revocations', entries: ['stolen'], problems: [] },
    { event: 'revocations', entries: ['stolen'], problems: ['left: is empty'] },
  ]);
});

test('what happens before there is a log goes into it first', () => {
  const { notes, audit } = noting();
  const early = new EarlyNotes();
  const record = new PolicyRecord(early);
  record.refused('is not there');
  expect(notes).toEqual([]);
  early.goTo(audit);
  record.taken(policyOf(pack({})));
  expect(notes).toMatchObject([
    { state: 'Refused', revision: null },
    { state: 'Enforced', previous: null },
  ]);
});
