import { expect, it, onTestFinished } from 'vitest';
import { Registry } from 'prom-client';
import { eventually } from '../../test/support/eventually.ts';
import { MountedVolume } from '../../test/support/mounted-volume.ts';
import { ALLOW_ALL, policyOf } from '../../test/support/policy.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { readPair } from '../tls/pair.ts';
import { SYSTEM_CLOCK } from '../clock.ts';
import { testAuthority } from '../testing/certificates.ts';
import { ClientTls } from '../tls/client-tls.ts';
import type { ServingState } from '../tls/serving-certificate.ts';
import { ClientCertificate } from './client-certificate.ts';

const { issue } = testAuthority();
const PLAIN = policyOf(ALLOW_ALL);
const BY_TLS = policyOf(ALLOW_ALL, { tls: { secretName: 'ledger-tls' } });

type Parts = ConstructorParameters<typeof ClientCertificate>[0];

function brought(directory: string | undefined, operator?: Parts['operator']) {
  const states: ServingState[] = [];
  const lines: string[] = [];
  const told = (_: object, line: string): void => void lines.push(line);
  const certificate = new ClientCertificate({
    tls: new ClientTls(new Registry(), () => 'finance/ledger'),
    ...{ directory, operator, clock: SYSTEM_CLOCK, log: { info: told, error: told } as never },
    onState: (state) => void states.push(state),
  });
  onTestFinished(() => certificate.close());
  return { certificate, states, lines };
}

it('is read once the policy asks for it, and told of whenever it changes', async () => {
  const [first, second] = [issue(), issue()];
  const volume = new MountedVolume({ 'tls.crt': first.cert, 'tls.key': first.key });
  onTestFinished(() => volume.close());
  const { certificate, states, lines } = brought(volume.path);
  certificate.follow(undefined);
  certificate.follow(PLAIN);
  expect(states).toEqual([]);
  certificate.follow(BY_TLS);
  certificate.follow(BY_TLS);
  expect(states).toMatchObject([{ pair: { cert: first.cert }, problem: undefined }]);
  volume.swap({ 'tls.crt': second.cert, 'tls.key': first.key });
  await eventually('it is said', () => states.length === 2);
  expect(states[1]).toMatchObject({ pair: { cert: first.cert }, problem: expect.stringContaining('does not belong') });
  volume.swap({ 'tls.crt': second.cert, 'tls.key': second.key });
  await eventually('it is taken', () => states.length === 3);
  expect(states[2]).toMatchObject({ pair: { cert: second.cert }, problem: undefined });
  expect(lines).toEqual([
    'the certificate that clients are shown',
    'the certificate was not taken; clients are shown the last good one',
    'the certificate that clients are shown',
  ]);
});

it('comes from the operator where the policy says so, and the Secret is read no more', () => {
  const byOperator = { bundle: { server: { access: { tls: { certificate: 'Operator' } } } } } as Policy;
  const [first, second] = [issue(), issue()];
  const volume = new MountedVolume({ 'tls.crt': first.cert, 'tls.key': first.key });
  onTestFinished(() => volume.close());
  let closed = 0;
  const { certificate, states } = brought(volume.path, (onRead) => {
    onRead(readPair(second.cert, second.key, Date.now()));
    return { close: () => closed++ };
  });
  certificate.follow(BY_TLS);
  certificate.follow(byOperator);
  expect(states).toMatchObject([{ pair: { cert: first.cert } }, { pair: { cert: second.cert } }]);
  certificate.follow(PLAIN);
  expect(closed).toBe(1);
  const without = brought(undefined);
  without.certificate.follow(byOperator);
  expect(without.states).toEqual([{ pair: undefined, problem: expect.stringContaining('has no operator') }]);
});

it('cannot be there where none is mounted, and that is said', () => {
  const { certificate, states, lines } = brought(undefined);
  certificate.follow(BY_TLS);
  expect(states).toEqual([{ pair: undefined, problem: expect.stringContaining('make the pod anew') }]);
  expect(lines).toEqual(['the certificate was not taken; TLS is asked for, and clients are refused']);
});
