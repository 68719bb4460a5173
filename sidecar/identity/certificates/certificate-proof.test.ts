import { expect, it } from 'vitest';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { type Entry, policyTrusting, shake } from '../../testing/handshake.ts';
import { CertificateProof } from './certificate-proof.ts';
import { trustOf } from './trust.ts';

const mesh = TestAuthority.root();
const ENTRY: Entry = { name: 'mesh', ca: mesh.ca, names: 'Dns', groups: ['a', 'b'] };
const until = Math.floor(Date.now() / 1000) * 1000 + 60_000;
const client = mesh.issue({ dns: ['agent.test'], notAfter: until });

it.each([
  ['as long as nothing changes', [ENTRY], until - 1, true],
  ['until it ends', [ENTRY], until, false],
  ['while others are trusted, too', [ENTRY, { ...ENTRY, name: 'b', ca: TestAuthority.root().ca }], 0, true],
  ['not once the groups are others', [{ ...ENTRY, groups: ['a'] }], 0, false],
  ['not once the entry has another name', [{ ...ENTRY, name: 'other' }], 0, false],
  ['not once another authority is trusted', [{ ...ENTRY, ca: TestAuthority.root().ca }], 0, false],
  ['not once it is taken back', [{ ...ENTRY, crl: mesh.crl([client.serial]) }], 0, false],
  ['not once nobody is trusted', undefined, 0, false],
] as const)('holds %s', async (_what, trust, now, expected) => {
  const before = policyTrusting(ENTRY);
  const shown = (await shake(before, client)) ?? expect.fail('it has shown none');
  const judged = trustOf(before)?.judge(shown, Date.now());
  if (judged === undefined || 'why' in judged) expect.fail('it is nobody');
  const after = trust === undefined ? undefined : policyTrusting(...(trust as readonly Entry[]));
  const clock = { now: () => now || Date.now(), monotonic: () => 0 };
  expect(new CertificateProof(judged.principal, shown, { policy: { current: () => after }, clock }).holds()).toBe(
    expected,
  );
});
