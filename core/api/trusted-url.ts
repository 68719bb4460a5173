/** URLs of somebody whose answers the gate believes, such as an issuer: nobody can listen in between, or answer in its place. */
import * as z from 'zod';
import { cel } from './kubernetes.ts';

/** Plain HTTP where nobody can listen in between: the machine itself, and the names of a cluster. */
const TRUSTED_URL =
  /^(https:[/][/]([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])|http:[/][/](127[.][0-9.]+|\[::1\]|localhost|[a-z0-9][-a-z0-9]*[.][a-z0-9][-a-z0-9]*[.]svc([.][-a-z0-9.]*[a-z0-9])?))(:[0-9]{1,5})?([/][-A-Za-z0-9._~/%]*)?$/;

/** `what`: such as "a URL that keys can be trusted from". */
export function trustedUrlSchema(what: string) {
  const message = `is not ${what}: https, or http for loopback and names of the cluster, the host in lower case, without query or fragment; write for example https://login.example.com`;
  return z
    .string()
    .max(2048)
    .superRefine((url, ctx) => {
      if (TRUSTED_URL.test(url) && URL.canParse(url)) return;
      ctx.addIssue({ code: 'custom', message, params: { private: /[@?]/.test(url) } });
    })
    .meta(cel({ rule: `self.matches(r'${TRUSTED_URL.source}')`, message }));
}
