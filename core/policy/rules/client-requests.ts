/** What a pack says of the requests that servers make of clients: at most one rule of each kind. */
import * as z from 'zod';
import { UNHELD_EFFECTS } from '../../api/effects.ts';
import type { Mode } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { CLIENT_REQUEST_KINDS } from '../../mcp/client-request.ts';
import { HostSet } from '../../inspect/host-set.ts';
import { type Verdict, ruleVerdict, violationVerdict } from '../verdict.ts';
import { reason, strings } from './field.ts';

export const clientRequestSchema = z.strictObject({
  /** `namespace/pack#clientRequests.kind`. */
  id: z.string(),
  kind: z.enum(CLIENT_REQUEST_KINDS),
  effect: z.enum(UNHELD_EFFECTS),
  /** Hosts that people may be sent to, exact or with a leading `*.`; null: any. Only of `urlElicitation`. */
  hosts: strings.nullable(),
  reason: reason.schema,
});
export type BundleClientRequest = z.infer<typeof clientRequestSchema>;

export function compileClientRequests(
  pack: string,
  { clientRequests: said = {} }: PolicyPack['spec'],
  mode: Mode,
): BundleClientRequest[] {
  return CLIENT_REQUEST_KINDS.flatMap((kind) => {
    const rule = said[kind];
    if (rule === undefined || (rule.mode ?? 'Enforce') !== mode) return [];
    const hosts = 'hosts' in rule && rule.hosts !== undefined ? rule.hosts.toSorted() : null;
    return [{ id: `${pack}#clientRequests.${kind}`, kind, effect: rule.effect, hosts, reason: reason.compile(rule) }];
  });
}

/** Ready to be asked. */
export class ClientRequestRule {
  readonly shadow: boolean;
  readonly #id: string;
  readonly #hosts: HostSet | null;
  readonly #reason: string | null;
  readonly #verdict: Verdict;

  constructor(rule: BundleClientRequest, shadow: boolean) {
    this.shadow = shadow;
    this.#id = rule.id;
    this.#hosts = rule.hosts === null ? null : new HostSet(rule.hosts);
    this.#reason = rule.reason;
    this.#verdict = ruleVerdict(rule.id, rule.effect, rule.reason);
  }

  /** `host`: where a URL leads, if there is one. */
  verdictOn(host: string | undefined): Verdict {
    if (this.#verdict.effect === 'Deny' || this.#hosts === null) return this.#verdict;
    if (host !== undefined && this.#hosts.has(host)) return this.#verdict;
    const because = this.#reason === null ? '' : ` (${this.#reason})`;
    return violationVerdict(this.#id, `the hosts allowed are ${String(this.#hosts)}${because}`);
  }
}
