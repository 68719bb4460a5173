/** With which certificate a gate outside of a cluster says to its server who it is. In pods the server is on loopback, without TLS. */
import * as z from 'zod';
import { secretNameSchema } from './common.ts';
import { CREDENTIALS_LABEL } from './upstream-names.ts';

export const clientCertificateSchema = z.strictObject({
  secretName: secretNameSchema.describe(
    `Name of a Secret of the same namespace that carries the label ${CREDENTIALS_LABEL}: "true", with tls.crt and tls.key, and with ca.crt where the server shows a certificate of another authority than those that Node knows. Required.`,
  ),
});

const NOT_OVER_TLS =
  'is shown over TLS by a gate outside of a cluster; write the https URL of the server in remote.url, or remove the certificate';

/** At each write of the API server, on the spec. */
export const CLIENT_CERTIFICATE_RULE = {
  rule: "!has(self.upstream) || !has(self.upstream.clientCertificate) || has(self.remote) && self.remote.url.startsWith('https://')",
  message: `upstream.clientCertificate ${NOT_OVER_TLS}`,
};

const unchecked = z.object({
  upstream: z.object({ clientCertificate: z.unknown() }).partial(),
  remote: z.object({ url: z.string() }).optional().catch(undefined),
});

/** The same of a spec that is not checked yet. */
export function checkClientCertificate(spec: unknown, ctx: z.RefinementCtx): void {
  const { upstream, remote } = unchecked.safeParse(spec).data ?? {};
  if (upstream?.clientCertificate === undefined || remote?.url.startsWith('https://') === true) return;
  ctx.addIssue({ code: 'custom', path: ['upstream', 'clientCertificate'], message: NOT_OVER_TLS });
}
