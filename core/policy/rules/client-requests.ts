/** What a pack says of the requests that servers make of clients: at most one rule of each kind. */
import * as z from 'zod';
import { UNHELD_EFFECTS } from '../../api/effects.ts';
import type { Mode } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { Condition } from '../../conditions/condition.ts';
import type { Facts } from '../../conditions/frame.ts';
import { CLIENT_REQUEST_KINDS } from '../../mcp/client-request.ts';
import { HostSet } from '../../inspect/host-set.ts';
import { type Verdict, ruleVerdict, violationVerdict } from '../verdict.ts';
import { uniteFindings } from '../findings.ts';
import { UNBOUNDED } from '../inspection.ts';
import { reason, strings } from './field.ts';
import { compileWhen, failureFinding, type ReadCondition, whenSchema } from './when.ts';

export const clientRequestSchema = z.strictObject({
  /** `namespace/pack#clientRequests.kind`. */
  id: z.string(),
  kind: z.enum(CLIENT_REQUEST_KINDS),
  effect: z.enum(UNHELD_EFFECTS),
  /** Hosts that people may be sent to, exact or with a leading `*.`; null: any. Only of `urlElicitation`. */
  hosts: strings.nullable(),
  /** Absent: always. The feature `inspections.when`. */
  when: whenSchema.exactOptional(),
  reason: reason.schema,
});
export type BundleClientRequest = z.infer<typeof clientRequestSchema>;

export function compileClientRequests(
  pack: string,
  { clientRequests: said = {} }: PolicyPack['spec'],
  mode: Mode,
  read: ReadCondition,
): BundleClientRequest[] {
  return CLIENT_REQUEST_KINDS.flatMap((kind) => {
    const rule = said[kind];
    if (rule === undefined || (rule.mode ?? 'Enforce') !== mode) return [];
    const hosts = 'hosts' in rule && rule.hosts !== undefined ? rule.hosts.toSorted() : null;
    const id = `${pack}#clientRequests.${kind}`;
    const when = compileWhen(rule, 'request', read);
    return [{ id, kind, effect: rule.effect, hosts, ...when, reason: reason.compile(rule) }];
  });
}

/** Ready to be asked. */
export class ClientRequestRule {
  readonly shadow: boolean;
  readonly #id: string;
  readonly #hosts: HostSet | null;
  readonly #reason: string | null;
  readonly #when: Condition | null;
  readonly #verdict: Verdict;

  constructor(rule: BundleClientRequest, shadow: boolean) {
    this.shadow = shadow;
    this.#id = rule.id;
    this.#hosts = rule.hosts === null ? null : new HostSet(rule.hosts);
    this.#reason = rule.reason;
    this.#when = rule.when === undefined ? null : new Condition(rule.when.tree);
    this.#verdict = ruleVerdict(rule.id, rule.effect, rule.reason);
  }

  /** `host`: where a URL leads, if there is one. Undefined where it has nothing to say of this request. */
  verdictOn(host: string | undefined, facts: Facts): Verdict | undefined {
    const holds = this.#when === null ? true : this.#when.ask(facts, '', undefined, UNBOUNDED);
    if (holds === false) return undefined;
    // Silence allows here, so what cannot be told counts as true of every rule: all of them only restrict.
    const verdict = this.#verdictOn(host);
    if (holds === true || verdict.effect !== 'Deny') return verdict;
    const finding = failureFinding(this.#id, holds);
    return { ...verdict, findings: uniteFindings(verdict.findings, [finding]) };
  }

  #verdictOn(host: string | undefined): Verdict {
    if (this.#verdict.effect === 'Deny' || this.#hosts === null) return this.#verdict;
    if (host !== undefined && this.#hosts.has(host)) return this.#verdict;
    const because = this.#reason === null ? '' : ` (${this.#reason})`;
    return violationVerdict(this.#id, `the hosts allowed are ${String(this.#hosts)}${because}`);
  }
}
