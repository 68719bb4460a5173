/** The checks of arguments that lead a server somewhere: a URL or a host, or a list of them. */
import * as z from 'zod';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import { readHostUrl, readUrl, type UrlReading } from '../../../inspect/url-reading.ts';
import { judgeUrl, UrlRules } from '../../../inspect/urls.ts';
import { strings } from '../field.ts';
import type { ArgumentType } from './argument-type.ts';
import { TextArgument } from './text-argument.ts';

/** null: nothing is said. */
const leadsTo = {
  hosts: strings.nullable(),
  internalHosts: strings.nullable(),
  privateAddresses: strings.nullable(),
  ports: z.array(z.number().int().positive()).readonly().nullable(),
};
const urlSchema = z.strictObject({ type: z.literal('url'), ...leadsTo, schemes: strings.nullable() });
const hostSchema = z.strictObject({ type: z.literal('host'), ...leadsTo });

/** Sorted, because their order means nothing. */
function compileLeadsTo({ hosts, internalHosts, privateAddresses, ports }: SaidArgument) {
  return {
    hosts: hosts?.toSorted() ?? null,
    internalHosts: internalHosts?.toSorted() ?? null,
    privateAddresses: privateAddresses?.toSorted() ?? null,
    ports: ports?.toSorted((a, b) => a - b) ?? null,
  };
}

export const urlArgument: ArgumentType<typeof urlSchema> = {
  schema: urlSchema,
  compile: (said) => ({ type: 'url', ...compileLeadsTo(said), schemes: said.schemes?.toSorted() ?? null }),
  prepare: (check) => {
    const rules = rulesOf(check, check.schemes);
    return new TextArgument({
      one: 'a URL',
      many: 'URLs',
      read: readUrl,
      workOf: (reading) => workOf(reading, check),
      judge: (reading) => judgeUrl(reading, rules, 'url'),
    });
  },
};

export const hostArgument: ArgumentType<typeof hostSchema> = {
  schema: hostSchema,
  compile: (said) => ({ type: 'host', ...compileLeadsTo(said) }),
  prepare: (check) => {
    const rules = rulesOf(check, null);
    return new TextArgument({
      one: 'a host',
      many: 'hosts',
      read: readHostUrl,
      workOf: (reading) => workOf(reading, check),
      judge: (reading) => judgeUrl(reading, rules, 'host'),
    });
  },
};

type Check = Omit<z.infer<typeof hostSchema>, 'type'>;

function rulesOf(check: Check, schemes: readonly string[] | null): UrlRules {
  return new UrlRules({
    hosts: check.hosts ?? undefined,
    internalHosts: check.internalHosts ?? undefined,
    privateAddresses: check.privateAddresses ?? undefined,
    ports: check.ports ?? undefined,
    schemes: schemes ?? undefined,
  });
}

/** Measured: to judge a host takes as long as 40 characters, and each entry of a list that it may be held against as long as one. */
function workOf({ others, nested }: UrlReading, { hosts, internalHosts, privateAddresses }: Check): number {
  const entries = (hosts?.length ?? 0) + (internalHosts?.length ?? 0) + 4 * (privateAddresses?.length ?? 0);
  return (1 + others.length + (nested?.readings.length ?? 0)) * (40 + entries);
}
