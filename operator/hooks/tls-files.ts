/** The certificate that is served, from files that the kubelet replaces while the process runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TlsFiles {
  /** PEM, as the other. */
  readonly cert: string;
  readonly key: string;
}

/** Undefined until both are there: a Secret is mounted empty before the operator has filled it. Throws the system's other errors. */
export function readTlsFiles(folder: string): TlsFiles | undefined {
  const [cert, key] = ['tls.crt', 'tls.key'].map((name) => textOf(join(folder, name)));
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function textOf(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    return text === '' ? undefined : text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
