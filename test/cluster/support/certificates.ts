/** A certificate authority for one cluster, kept in a folder. OpenSSL writes it: kubeconfigs and flags want PEM files. */
import { join } from 'node:path';
import { run } from './command.ts';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Identity {
  readonly commonName: string;
  /** For a client its groups. */
  readonly organizations?: readonly string[];
  /** For a server its addresses, as `IP:127.0.0.1` or `DNS:kubernetes`. */
  readonly hosts?: readonly string[];
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const VALIDITY = ['-days', '30'];

export class Authority {
  readonly #folder: string;
  readonly certificate: Certificate;

  private constructor(folder: string) {
    this.#folder = folder;
    this.certificate = { cert: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
  }

  static async create(folder: string): Promise<Authority> {
    const authority = new Authority(folder);
    await request(authority.certificate, { commonName: 'sallyport-test-ca' }, [
      ['basicConstraints', 'critical,CA:TRUE'],
      ['keyUsage', 'critical,keyCertSign,cRLSign'],
    ]);
    return authority;
  }

  /** A certificate for clients and servers alike; `file` is its name without an ending. */
  async issue(file: string, identity: Identity): Promise<Certificate> {
    const issued = { cert: join(this.#folder, `${file}.crt`), key: join(this.#folder, `${file}.key`) };
    await request(
      issued,
      identity,
      [
        ['basicConstraints', 'critical,CA:FALSE'],
        ['extendedKeyUsage', 'clientAuth,serverAuth'],
        ...(identity.hosts === undefined ? [] : [['subjectAltName', identity.hosts.join(',')] as const]),
      ],
      this.certificate,
    );
    return issued;
  }
}

async function request(
  to: Certificate,
  { commonName, organizations = [] }: Identity,
  extensions: readonly (readonly [name: string, value: string])[],
  issuer?: Certificate,
): Promise<void> {
  const subject = [...organizations.map((name) => `/O=${escape(name)}`), `/CN=${escape(commonName)}`].join('');
  const signedBy = issuer === undefined ? [] : ['-CA', issuer.cert, '-CAkey', issuer.key];
  const added = extensions.flatMap(([name, value]) => ['-addext', `${name}=${value}`]);
  const files = ['-keyout', to.key, '-out', to.cert];
  await run('openssl', ['req', '-x509', ...NEW_KEY, ...VALIDITY, ...files, '-subj', subject, ...signedBy, ...added]);
}

/** In a subject `/` begins the next name and `+` adds to the same one. */
function escape(name: string): string {
  return name.replaceAll(/[/+\\]/g, String.raw`\$&`);
}
