/** Hosts as packs name them: of URLs that people are sent to, and of those in arguments. */
import * as z from 'zod';

/** Without scheme, port and path; one pattern, since two become an `allOf`, which costs an API server more. */
const HOST_PATTERN = /^((\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/;
const NOT_A_HOST =
  'is not a host: lower case, without scheme, port or path, other scripts as punycode (xn--…); write for example pay.example.com, or *.example.com for every host below it';

export const hostSchema = z
  .string()
  .max(253)
  .regex(HOST_PATTERN, NOT_A_HOST)
  // No pattern tells 1.2.3.4 from 1.2.3.256; such a host would quietly match nothing.
  .refine((host) => !HOST_PATTERN.test(host) || URL.canParse(`https://${host.replace(/^\*\./, '')}`), NOT_A_HOST);
