/** How large and how old audit files may become, one by one and together; read from the environment, in a pod and on a desk alike. */
import { parseDuration } from '../../core/duration.ts';
import { parseQuantity } from '../../core/quantity.ts';

export interface AuditLimits {
  /** At how many bytes a file is full. */
  fileBytes: number;
  /** At what age of its first line a file is full. */
  fileAgeMs: number;
  /** Of all files together: the oldest are deleted so that they stay below. */
  totalBytes: number;
  /** Files whose last line is older are deleted; undefined: none for its age. */
  keepMs: number | undefined;
}

type Environment = { readonly [name: string]: string | undefined };

const STANDARD_LIMITS = { file: '64Mi', fileAge: '24h', total: '512Mi' } as const;
/** So that at least seven full files are kept: what is deleted at a time is a part, not all. */
const FILES_AT_LEAST = 8;
/** Smaller than this, a file would be full before a line of every kind fits into it. */
const SMALLEST_TOTAL = '1Mi';

/** Throws an Error that says which variable is wrong and what it should be. */
export function readAuditLimits(env: Environment): AuditLimits {
  const totalBytes = quantity('SALLYPORT_AUDIT_SIZE', env['SALLYPORT_AUDIT_SIZE'] ?? STANDARD_LIMITS.total);
  if (totalBytes < parseQuantity(SMALLEST_TOTAL)) {
    throw new Error(
      `SALLYPORT_AUDIT_SIZE is less than ${SMALLEST_TOTAL}: ${JSON.stringify(env['SALLYPORT_AUDIT_SIZE'])}`,
    );
  }
  const asked = quantity('SALLYPORT_AUDIT_FILE_SIZE', env['SALLYPORT_AUDIT_FILE_SIZE'] ?? STANDARD_LIMITS.file);
  const keep = env['SALLYPORT_AUDIT_KEEP'];
  return {
    fileBytes: Math.max(1, Math.min(asked, Math.floor(totalBytes / FILES_AT_LEAST))),
    fileAgeMs: duration('SALLYPORT_AUDIT_FILE_AGE', env['SALLYPORT_AUDIT_FILE_AGE'] ?? STANDARD_LIMITS.fileAge),
    totalBytes,
    keepMs: keep === undefined || keep === '' ? undefined : duration('SALLYPORT_AUDIT_KEEP', keep),
  };
}

function quantity(name: string, text: string): number {
  try {
    return parseQuantity(text);
  } catch {
    throw new Error(`${name} is not a number of bytes such as 512Mi: ${JSON.stringify(text)}`);
  }
}

function duration(name: string, text: string): number {
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch {
    // Said below.
  }
  throw new Error(`${name} is not a duration such as 24h: ${JSON.stringify(text)}`);
}
