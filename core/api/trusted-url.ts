/** URLs of somebody whose answers the gate believes, such as an issuer: nobody can listen in between, or answer in its place. */
import * as z from 'zod';
import { cel } from './kubernetes.ts';

const ANY_HOST = String.raw`([a-z0-9]([-a-z0-9.]*[a-z0-9])?|\[[0-9a-f:.]+\])`;
/** Where nobody can listen in between: the machine itself, and the names of a cluster. */
const NEAR_HOST = String.raw`(127[.][0-9.]+|\[::1\]|localhost|[a-z0-9][-a-z0-9]*[.][a-z0-9][-a-z0-9]*[.]svc([.][-a-z0-9.]*[a-z0-9])?)`;

/** Of several schemes each: over TLS to anybody, and in plain text where nobody can listen in between. `rest`: what follows the port. */
export function trustedUrlPattern(overTls: string, plain: string, rest: string): RegExp {
  return new RegExp(`^(${overTls}:[/][/]${ANY_HOST}|${plain}:[/][/]${NEAR_HOST})(:[0-9]{1,5})?${rest}$`);
}

const TRUSTED_URL = trustedUrlPattern('https', 'http', '([/][-A-Za-z0-9._~/%]*)?');

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
