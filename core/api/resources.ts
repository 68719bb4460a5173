/** CPU and memory of a pod, in the units of Kubernetes: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
import * as z from 'zod';
import { cel, INT_OR_STRING } from './kubernetes.ts';

const CPU = /^([0-9]{1,6}m|[0-9]{1,3}(\.[0-9]{1,3})?)$/;
const MEMORY = /^[0-9]{1,12}(\.[0-9]{1,3})?(k|M|G|T|Ki|Mi|Gi|Ti)?$/;
const NOT_CPU = 'is not an amount of CPU: cores, or thousandths of one with m; write for example 250m or "0.5"';
const NOT_MEMORY = 'is not an amount of memory: bytes, or with k, M, G, T, Ki, Mi, Gi or Ti; write for example 256Mi';

function amountSchema(pattern: RegExp, most: number, message: string) {
  const text = z.string().min(1, message).max(20, message).regex(pattern, message);
  return z.union([z.int(message).min(0, message).max(most, message), text], message).meta(INT_OR_STRING);
}

const amountsSchema = z.strictObject({
  cpu: amountSchema(CPU, 999, NOT_CPU).optional().describe('CPU, such as 250m. Default: not said.'),
  memory: amountSchema(MEMORY, Number.MAX_SAFE_INTEGER, NOT_MEMORY)
    .optional()
    .describe('Memory, such as 256Mi. Default: not said.'),
});

export const resourcesSchema = z
  .strictObject({
    requests: amountsSchema.optional().describe('What a pod is given for sure. Default: what the namespace says.'),
    limits: amountsSchema.optional().describe('What a pod may use at most. Default: what the namespace says.'),
  })
  .superRefine(({ requests, limits }, ctx) => {
    for (const what of ['cpu', 'memory'] as const) {
      const [request, limit] = [requests?.[what], limits?.[what]];
      if (request === undefined || limit === undefined || amountOf(request) <= amountOf(limit)) continue;
      ctx.addIssue({ code: 'custom', path: ['requests', what], message: overLimit(what) });
    }
  })
  .meta(cel(...(['cpu', 'memory'] as const).map((what) => ({ rule: withinLimit(what), message: overLimit(what) }))));

function overLimit(what: string): string {
  return `is more than limits.${what}, so no pod could start; lower the one or raise the other`;
}

function withinLimit(what: string): string {
  const there = ['requests', 'limits'].map((part) => `has(self.${part}) && has(self.${part}.${what})`).join(' && ');
  const [request, limit] = ['requests', 'limits'].map((part) => `quantity(string(self.${part}.${what}))`);
  return `!(${there}) || ${request}.compareTo(${limit}) <= 0`;
}

const FACTORS: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** Only ever compared with another; text that is no amount has been refused by its pattern, and NaN is in no order. */
export function amountOf(amount: number | string): number {
  const [, digits = '', unit = ''] = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(amount)) ?? [];
  return Number.parseFloat(digits) * (FACTORS[unit] ?? 1);
}
