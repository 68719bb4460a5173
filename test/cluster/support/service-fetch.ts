/** `fetch` for names of Services, resolved by the DNS of the node: what a client in the cluster does, from this machine. */
import { Resolver } from 'node:dns';
import { Agent, fetch as undiciFetch } from 'undici';

/** Whom a client trusts, and what it shows of itself, in PEM. */
export interface ClientTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** `dnsAddress`: of the Service kube-dns. */
export function serviceFetch(dnsAddress: string, tls?: ClientTls): { fetch: typeof fetch; close(): Promise<void> } {
  const resolver = new Resolver({ timeout: 2000, tries: 3 });
  resolver.setServers([dnsAddress]);
  const agent = new Agent({
    connect: {
      ...tls,
      // Both of its forms: undici asks for all addresses, or for one.
      lookup(host, options, callback) {
        resolver.resolve4(host.endsWith('.svc') ? `${host}.cluster.local` : host, (error, addresses) => {
          const found = (addresses ?? []).map((address) => ({ address, family: 4 }));
          if (options.all === true) callback(error, found);
          else callback(error, found[0]?.address ?? '', 4);
        });
      },
    },
  });
  const viaNode = (input: string, init: object = {}) => undiciFetch(input, { ...init, dispatcher: agent });
  return { fetch: viaNode as unknown as typeof fetch, close: () => agent.destroy() };
}
