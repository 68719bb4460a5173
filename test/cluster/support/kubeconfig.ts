/** A kubeconfig with everything in it, so that it may be copied anywhere. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Certificate } from './certificates.ts';

export interface Access {
  readonly server: string;
  /** Path of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly client: Certificate;
}

/** JSON, which is YAML too. */
export function writeKubeconfig(path: string, { server, authority, client }: Access): string {
  const name = 'sallyport-test';
  const base64 = (file: string): string => readFileSync(file).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
    users: [{ name, user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  writeFileSync(path, JSON.stringify(config, undefined, 2), { mode: 0o600 });
  return path;
}
