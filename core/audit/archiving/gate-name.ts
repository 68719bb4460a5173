/**
 * How a gate is named in its certificate: one URI in the form of a SPIFFE ID (SPIFFE X.509-SVID §2), so that what already reads those can
 * read ours.
 */

const PREFIX = 'spiffe://sallyport/ns/';
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** As Node writes the subjectAltName of a certificate; one with a comma or a quote in it is escaped, and none of ours. */
const ALT_NAME = /^URI:([^",\s]{1,600})$/;

export function gateUri(namespace: string, server: string): string {
  return `${PREFIX}${namespace}/mcpserver/${server}`;
}

/** `namespace/name` of the server; undefined for a certificate that is not of a gate, or has other names as well. */
export function serverOfGate(subjectAltName: string | undefined): string | undefined {
  const uri = ALT_NAME.exec(subjectAltName ?? '')?.[1];
  if (uri?.startsWith(PREFIX) !== true) return undefined;
  const [namespace = '', kind, server = '', ...more] = uri.slice(PREFIX.length).split('/');
  const isGate = kind === 'mcpserver' && more.length === 0 && NAME.test(namespace) && NAME.test(server);
  return isGate ? `${namespace}/${server}` : undefined;
}
