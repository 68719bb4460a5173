import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { POD_CONDITION } from '../../names.ts';
import { mcpServer, pod } from '../../testing/gen.ts';
import { facts, injectedPod } from './testing/cases.ts';
import { tlsReady } from './tls-ready.ts';

const asking = mcpServerSchema.parse(mcpServer({ spec: { access: { tls: { secretName: 'ledger-tls' } } } }));
const judged = (...pods: object[]) => tlsReady({ ...facts(pods), server: asking });
const said = (reason: string, message: string, name = 'ledger-1') =>
  injectedPod({
    name,
    conditions: [{ type: POD_CONDITION.certificate, status: reason === 'Shown' ? 'True' : 'False', reason, message }],
  });

const shown = said('Shown', '2027-02-01T00:00:00.000Z');
const sooner = said('Shown', '2027-01-01T00:00:00.000Z', 'ledger-2');

test('is there only where clients come by TLS', () => {
  expect(tlsReady(facts([injectedPod()]))).toBeUndefined();
});

test.each([
  ['every gate shows one', [shown, sooner], 'True', 'Shown', /^2 of 2 gates .* first to end: 2027-01-01T/],
  ['nothing runs', [], 'Unknown', 'NoPods', /No gate runs/],
  ['a pod of somebody else', [pod({ gateOf: null })], 'Unknown', 'NoPods', /No gate runs/],
  [
    'one has not spoken',
    [shown, injectedPod({ name: 'ledger-2' })],
    'False',
    'CertificatePending',
    /^ledger-2 have not/,
  ],
  [
    'the last good one is shown',
    [shown, said('Rejected', 'tls.crt ended', 'b')],
    'False',
    'CertificateRejected',
    /Pod b goes on .* Secret ledger-tls: tls.crt ended/,
  ],
  [
    'there is none',
    [shown, said('Missing', 'tls.crt is missing', 'b')],
    'False',
    'NoCertificate',
    /^Pod b serves nobody: Secret ledger-tls: tls.crt is/,
  ],
  [
    'it is not mounted',
    [said('NotMounted', 'x')],
    'False',
    'NotMounted',
    /^ledger-1 were made before .* To mend: delete and create pod ledger-1 again/,
  ],
  [
    'the gate knows no TLS',
    [pod({ name: 'old' }), shown],
    'False',
    'GatesTooOld',
    /older than access.tls.* To mend: delete/,
  ],
])('%s', (_name, pods, status, reason, message) => {
  expect(judged(...pods)).toMatchObject({ status, reason, message: expect.stringMatching(message) });
});

test('only what nobody has to mend passes', () => {
  expect(judged(injectedPod())?.passes).toBe(true);
  expect(judged(said('Missing', 'x'))?.passes).toBeUndefined();
});
