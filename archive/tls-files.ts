/** The certificate that is served and the authority of gates, from files that others replace while the archive runs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TlsMaterial {
  /** PEM, as the other two. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

const FILES = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' } as const;

/** Undefined until all of it is there: a Secret is mounted empty before the operator has filled it. Throws the system's other errors. */
export function readTlsFiles(folder: string): TlsMaterial | undefined {
  const [cert, key, ca] = [FILES.cert, FILES.key, FILES.ca].map((name) => textOf(join(folder, name)));
  if (cert === undefined || key === undefined || ca === undefined) return undefined;
  return { cert, key, ca };
}

export function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return a.cert === b.cert && a.key === b.key && a.ca === b.ca;
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
