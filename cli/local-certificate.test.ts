import { describe, expect, it, test } from 'vitest';
import { loadDocuments } from '../core/api/load.ts';
import { mcpServerSchema } from '../core/api/mcp-server.ts';
import { testAuthority } from '../sidecar/testing/certificates.ts';
import { certificateIn, clientCertificateIn } from './local-certificate.ts';

const { cert, key } = testAuthority().issue();
const serverWith = (access: object) =>
  mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'default' },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' }, access },
  });
const asking = serverWith({ tls: { secretName: 'ledger-tls' } });

function secret(fields: object, name = 'ledger-tls'): string {
  const metadata = { name, namespace: 'default' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, ...fields });
}
const read = (text: string, server = asking) =>
  certificateIn(loadDocuments(text, 'a.yaml').documents, server, Date.now());
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['as text', { stringData: { 'tls.crt': cert, 'tls.key': key } }],
  ['in base64', { data: { 'tls.crt': base64(cert), 'tls.key': base64(key) } }],
])('is a Secret of the folder, %s', (_, fields) => {
  expect(read(secret(fields))).toMatchObject({ cert, key });
});

test.each([
  ['is not there', secret({}, 'other'), 'there is no Secret default/ledger-tls; add it, with tls.crt and tls.key'],
  ['has no key', secret({ stringData: { 'tls.crt': cert } }), expect.stringContaining('tls.key is missing')],
  ['is no PEM', secret({ data: { 'tls.crt': '%%%', 'tls.key': base64(key) } }), expect.stringContaining('tls.crt')],
])('one that %s is said', (_, text, problem: unknown) => {
  expect(read(text)).toEqual({ problem });
});

test('nothing is looked for where clients come by plain HTTP', () => {
  expect(read(secret({}), serverWith({}))).toBeUndefined();
});

describe('the certificate that the server is shown', () => {
  const spec = (upstream: object) =>
    mcpServerSchema.parse({
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'MCPServer',
      metadata: { name: 'ledger', namespace: 'default' },
      spec: { remote: { url: 'https://127.0.0.1:1/mcp' }, upstream },
    });
  const names = spec({ clientCertificate: { secretName: 'keys' } });
  const metadata = { name: 'keys', namespace: 'default' };

  it('is in a Secret, as text or in base64', () => {
    const fields = { stringData: { 'tls.crt': cert }, data: { 'tls.key': base64(key) } };
    expect(clientCertificateIn(new Map([['keys', { metadata, ...fields }]]), names)).toEqual({ cert, key });
  });

  it('is said not to be there', () => {
    expect(clientCertificateIn(new Map(), names)).toEqual({
      problem: expect.stringContaining('no Secret keys') as string,
    });
  });

  it('is nothing where none is named', () => {
    expect(clientCertificateIn(new Map([['keys', { metadata }]]), spec({}))).toBeUndefined();
  });
});
