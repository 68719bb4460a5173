/** The certificate by which clients know the gate. */
import * as z from 'zod';
import { secretNameSchema } from './common.ts';
import { cel } from './kubernetes.ts';

const ONE_OF = 'names no certificate or two; write secretName, or issuer: Operator';

/** Whose certificate clients are shown. */
export const tlsSchema = z
  .strictObject({
    secretName: secretNameSchema
      .optional()
      .describe(
        'Name of a Secret of the same namespace, of type kubernetes.io/tls as cert-manager writes it: the certificate with those between it and its authority in tls.crt, its private key in tls.key. Either this or issuer.',
      ),
    issuer: z
      .enum(['Operator'])
      .optional()
      .describe(
        'Who gives a certificate where there is no Secret. Operator: the authority of the operator does, for the names of the Service; clients find that authority under operator-ca.crt in the ConfigMap sallyport-policy-NAME. Either this or secretName.',
      ),
  })
  .superRefine(({ secretName, issuer }, ctx) => {
    if ((secretName === undefined) === (issuer === undefined)) ctx.addIssue({ code: 'custom', message: ONE_OF });
  })
  .meta(cel({ rule: 'has(self.secretName) != has(self.issuer)', message: ONE_OF }));
