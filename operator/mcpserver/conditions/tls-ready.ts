/** TLSReady: does every gate have a certificate to show to clients, where `access.tls` has them come by TLS alone? */
import type { ServerFacts } from '../facts.ts';
import type { PodFacts } from '../pod-facts.ts';
import { restart } from '../restart.ts';
import { no, someOf, soon, unknown, type Verdict, yes } from '../verdict.ts';

/** Undefined: plain HTTP is what is wanted. */
export function tlsReady({ pods, server, object }: ServerFacts): Verdict | undefined {
  const { tls } = server.spec.access ?? {};
  if (tls === undefined) return undefined;
  const source = tls.secretName === undefined ? "the operator's authority" : `Secret ${tls.secretName}`;
  const gates = pods.filter(({ gateOf }) => gateOf === object.metadata.name);
  if (gates.length === 0) return unknown('NoPods', 'No gate runs that could show a certificate.');
  const tooOld = gates.filter(({ understands }) => !understands.features.includes('access.tls'));
  if (tooOld.length > 0) {
    return no(
      'GatesTooOld',
      `The gates of ${namesOf(tooOld)} are older than access.tls: they serve nobody until they are made anew. To mend: ${restart(object, tooOld)}`,
    );
  }
  const unmounted = gates.filter((pod) => pod.certificate?.state === 'NotMounted');
  if (unmounted.length > 0) {
    return no(
      'NotMounted',
      `${namesOf(unmounted)} were made before access.tls named ${source}: they serve nobody until they are made anew. To mend: ${restart(object, unmounted)}`,
    );
  }
  return certificatesOf(gates, source);
}

function certificatesOf(gates: readonly PodFacts[], source: string): Verdict {
  const without = gates.find(({ certificate }) => certificate?.state === 'Missing');
  if (without !== undefined)
    return no('NoCertificate', `Pod ${without.name} serves nobody: ${source}: ${without.certificate?.message}.`);
  const rejecting = gates.find(({ certificate }) => certificate?.state === 'Rejected');
  if (rejecting !== undefined) {
    return no(
      'CertificateRejected',
      `Pod ${rejecting.name} goes on with its last good certificate: ${source}: ${rejecting.certificate?.message}.`,
    );
  }
  const silent = gates.filter(({ certificate }) => certificate === undefined);
  if (silent.length > 0)
    return soon('CertificatePending', `${namesOf(silent)} have not said yet which certificate they show.`);
  const ends = gates.map(({ certificate }) => certificate?.message ?? '').toSorted();
  return yes('Shown', `${gates.length} of ${gates.length} gates show a certificate; the first to end: ${ends[0]}`);
}

function namesOf(pods: readonly PodFacts[]): string {
  return someOf(pods.map(({ name }) => name));
}

/** Clients of a gate with its last good certificate are served, and nobody else has to hear of it but whoever gives the next one. */
export function blocksReady(tls: Verdict | undefined): tls is Verdict {
  return tls !== undefined && tls.reason !== 'CertificateRejected';
}
