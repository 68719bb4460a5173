/** TLS with the clients of a gate on this machine, and what is wrong with its certificate, for whoever sits in front of it. */
import type { Metrics } from '../sidecar/telemetry/metrics.ts';
import { ClientTls } from '../sidecar/tls/client-tls.ts';

export function localTls(metrics: Metrics, say: (line: string) => void): ClientTls {
  const tls = new ClientTls(metrics.registry, () => metrics.server);
  tls.certificate.onChange(({ pair, problem }) => {
    if (problem === undefined) return;
    const kept = pair === undefined ? 'nobody is served' : 'clients are shown the last good one';
    say(`the certificate was not taken; ${kept}: ${problem}`);
  });
  return tls;
}
