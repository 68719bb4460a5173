/** A certificate by which a gate proves to the archive of which server it is; asked for with the public key that it is to be for. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { gateUri } from '../../core/audit/archiving/gate-name.ts';
import type { Certificates } from '../tls/certificates.ts';
import type { PodCaller } from './caller.ts';

/** SPKI in PEM. Of the kind that the operator signs with itself: others cost it, or the archive, more. */
export const certificateRequestSchema = z.object({
  publicKey: z
    .string()
    .max(1000)
    .transform((pem, context) => {
      const key = publicKeyIn(pem);
      if (key !== undefined) return key;
      context.addIssue({ code: 'custom', message: 'is no public key of the curve P-256 in PEM' });
      return z.NEVER;
    }),
});

/** Throws a ZodError for what is no request. */
export function certify(
  certificates: Pick<Certificates, 'issueGate'>,
  { namespace, server }: Pick<PodCaller, 'namespace' | 'server'>,
  body: unknown,
) {
  const { publicKey } = certificateRequestSchema.parse(body);
  return { status: 200, body: { certificate: certificates.issueGate(gateUri(namespace, server), publicKey) } };
}

function publicKeyIn(pem: string): KeyObject | undefined {
  // Node would read the public half out of a private key as well, and nobody should send one.
  if (!pem.startsWith('-----BEGIN PUBLIC KEY-----')) return undefined;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    return undefined;
  }
}
