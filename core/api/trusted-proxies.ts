/** Proxies whose word counts for who the caller behind them is: which ones, and in which header they say it. */
import * as z from 'zod';
import { parseCidr } from '../cidr.ts';
import { checkNames, NAME_RULES, nameRuleFields } from './access-certificates.ts';
import { lineSchema, nameSchema } from './common.ts';
import { cel, listBy } from './kubernetes.ts';

const MAX_PROXIES = 16;

/** Headers that HTTP, MCP and this gate read themselves: nobody's name. */
const HEADER = /^[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?$/;
const NOT_A_NAME =
  /^(authorization|host|cookie|connection|upgrade|expect|forwarded|via|origin|te|trailer|date|from|accept.*|content-.*|proxy-.*|transfer-.*|sec-.*|mcp-.*|last-event-id|keep-alive|trace.*|sallyport-.*|x-forwarded-(for|host|proto|port)|x-real-ip)$/;
const NOT_A_HEADER =
  'is not the name of a header for identities: letters, digits and "-", and none that HTTP or MCP has another use for; write for example X-Forwarded-User';

const NOT_A_RANGE =
  'is not a range of addresses: an address, a slash and the length of the prefix, without bits behind it; write for example 10.0.4.0/24, or 10.0.4.7/32 for one address';
const EVERYBODY = 'is everybody, so that anybody could claim any name; write the addresses of the proxy';
const HOW = 'says twice, or not at all, how the proxy is known; write one of addresses and certificate';
const WHAT = 'says twice, or not at all, what the proxy says; write one of user and clientCertificate';

const headerSchema = (example: string) =>
  z
    .string()
    .max(64)
    .regex(HEADER, NOT_A_HEADER)
    .refine((name) => !NOT_A_NAME.test(name.toLowerCase()), NOT_A_HEADER)
    .meta(cel({ rule: `!self.lowerAscii().matches(r'${NOT_A_NAME.source}')`, message: NOT_A_HEADER }))
    .describe(`Name of the header, such as ${example}. At most 64 characters.`);

const rangeSchema = z
  .string()
  .max(43)
  .superRefine((text, ctx) => {
    const range = parseCidr(text);
    if (range === undefined) ctx.addIssue({ code: 'custom', message: NOT_A_RANGE });
    else if (range[1] === 0) ctx.addIssue({ code: 'custom', message: EVERYBODY });
  })
  .meta(
    cel(
      { rule: 'isCIDR(self) && cidr(self).masked() == cidr(self)', message: NOT_A_RANGE },
      { rule: 'isCIDR(self) && cidr(self).prefixLength() > 0', message: EVERYBODY },
    ),
  );

const proxySchema = z
  .strictObject({
    name: nameSchema('edge').describe(
      'Name of the entry: in the audit log and in rules it is the issuer of the callers that the proxy names. Required.',
    ),
    addresses: z
      .array(rangeSchema)
      .min(1)
      .max(32)
      .optional()
      .describe(
        'Ranges of addresses (CIDR) from which the proxy connects, as the connection has them and never as a header says. 1 to 32. Default: it is known by its certificate.',
      ),
    certificate: z
      .strictObject({
        trust: nameSchema('mesh').describe('Name of the entry of `certificates.trust` that vouches for it. Required.'),
        name: lineSchema(253, 'spiffe://example.org/ns/edge/sa/gateway').describe(
          'Its name, as that entry reads it from the certificate. Required.',
        ),
      })
      .optional()
      .describe('The certificate that the proxy shows. Default: it is known by its address.'),
    user: z
      .strictObject({
        header: headerSchema('X-Forwarded-User')
          .default('X-Forwarded-User')
          .describe('Header with the name of the caller. At most 64 characters. Default: X-Forwarded-User.'),
        groups: headerSchema('X-Forwarded-Groups')
          .optional()
          .describe(
            'Header with the groups of the caller, with commas between. At most 64 characters. Default: callers have no groups.',
          ),
      })
      .optional()
      .describe('The proxy says the name of the caller. Default: it says the certificate of the caller.'),
    clientCertificate: z
      .strictObject({
        header: headerSchema('X-Forwarded-Client-Cert')
          .default('X-Forwarded-Client-Cert')
          .describe(
            'Header in the form of Envoy. Of several elements the last one counts, which the proxy itself has added. At most 64 characters. Default: X-Forwarded-Client-Cert.',
          ),
        ...nameRuleFields,
      })
      .superRefine(checkNames)
      .meta(cel(...NAME_RULES))
      .optional()
      .describe(
        'The proxy says what the certificate of the caller says, as Envoy and Istio do. Default: it says the name of the caller.',
      ),
  })
  .superRefine(({ addresses, certificate, user, clientCertificate }, ctx) => {
    if ((addresses === undefined) === (certificate === undefined)) ctx.addIssue({ code: 'custom', message: HOW });
    if ((user === undefined) === (clientCertificate === undefined)) ctx.addIssue({ code: 'custom', message: WHAT });
  })
  .meta(
    cel(
      { rule: 'has(self.addresses) != has(self.certificate)', message: HOW },
      { rule: 'has(self.user) != has(self.clientCertificate)', message: WHAT },
    ),
  );

export const trustedProxiesSchema = z
  .array(proxySchema)
  .min(1)
  .max(MAX_PROXIES)
  .superRefine((entries, ctx) => {
    const seen = new Set<string>();
    entries.forEach(({ name }, i) => {
      if (seen.has(name)) {
        const message = 'stands here twice, and rules tell entries apart by it; rename one of the two';
        ctx.addIssue({ code: 'custom', path: [i, 'name'], message });
      }
      seen.add(name);
    });
  })
  .meta(listBy('name'))
  .describe(
    `Proxies that say who the caller behind them is. From everybody else headers that claim an identity give nothing, and never reach the server. At most ${MAX_PROXIES}. Default: none.`,
  );
