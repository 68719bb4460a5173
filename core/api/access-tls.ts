/** The certificate by which clients know the gate. */
import * as z from 'zod';
import { secretNameSchema } from './common.ts';

/** Whose certificate clients are shown. */
export const tlsSchema = z.strictObject({
  secretName: secretNameSchema.describe(
    'Name of a Secret of the same namespace, of type kubernetes.io/tls as cert-manager writes it: the certificate in tls.crt, followed by those between it and its authority, and its private key in tls.key. Required.',
  ),
});
