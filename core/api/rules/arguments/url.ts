/** Arguments that lead a server somewhere: a URL, or a host alone. */
import * as z from 'zod';
import { isRange } from '../../../inspect/ip-address.ts';
import { integerSchema } from '../../common.ts';
import { hostSchema } from '../hosts.ts';
import type { ArgumentType } from './argument-type.ts';

/** As far as a pattern can tell, for API servers. */
const RANGE = /^[0-9a-f:.]+\/[0-9]{1,3}$/;
const NOT_A_RANGE = 'is not a range of addresses; write for example 10.20.0.0/16';
const MOST = '1 to 64 entries';

const leadsTo = {
  hosts: z
    .array(hostSchema)
    .min(1)
    .max(64)
    .optional()
    .describe(
      `Of the types url and host: the hosts that the argument may lead to, and no others; *.example.com stands for every host below example.com, not for itself. A host that is named without a star is allowed wherever it leads. ${MOST} of at most 253 characters. Default: every public host.`,
    ),
  internalHosts: z
    .array(hostSchema)
    .min(1)
    .max(64)
    .optional()
    .describe(
      `Of the types url and host: names that lead inside and are allowed beside public hosts, or beside hosts, such as *.tools.svc.cluster.local. Metadata services only where they are named without a star. ${MOST} of at most 253 characters. Default: none.`,
    ),
  privateAddresses: z
    .array(
      z
        .string()
        .max(64)
        .regex(RANGE, NOT_A_RANGE)
        .refine((range) => !RANGE.test(range) || isRange(range), NOT_A_RANGE),
    )
    .min(1)
    .max(64)
    .optional()
    .describe(
      `Of the types url and host: ranges of addresses that are not public and are allowed all the same, such as 10.20.0.0/16. Never metadata services. ${MOST}. Default: none.`,
    ),
  ports: z
    .array(integerSchema(1, 65_535, 443))
    .min(1)
    .max(64)
    .optional()
    .describe(
      `Of the types url and host: the ports that are allowed; a URL without one has that of its scheme. ${MOST}. Default: every port.`,
    ),
};

export const url = {
  what: 'url, which leads to a host',
  fields: {
    ...leadsTo,
    schemes: z
      .array(
        z
          .string()
          .max(32)
          .regex(
            /^[a-z][a-z0-9+.-]*$/,
            'is not the scheme of a URL: lower case, without colon; write for example https',
          ),
      )
      .min(1)
      .max(16)
      .optional()
      .describe('Of the type url: the schemes that are allowed. 1 to 16 entries. Default: http, https.'),
  },
  required: [],
} satisfies ArgumentType;

export const host = {
  what: 'host, a host with a port or without',
  fields: leadsTo,
  required: [],
} satisfies ArgumentType;
