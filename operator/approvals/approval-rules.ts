/**
 * The rules of one revision of a policy that ask for a person: what an approval needs to know of them is looked up here, in what the
 * operator wrote, and never believed from a gate. A gate says which call it holds and by which rules; a gate that lies can neither
 * lengthen an expiry nor name a rule that is not there.
 */
import * as z from 'zod';
import { GlobSet } from '../../core/policy/glob-set.ts';
import { patternViews, uriViews } from '../../core/policy/uri-views.ts';

/** As much of a bundle as is needed, of whatever version: fields of later ones are passed over. */
const bundleSchema = z.object({
  packs: z.array(
    z.object({
      mode: z.string(),
      rules: z.array(
        z.object({
          id: z.string(),
          target: z.string(),
          patterns: z.array(z.string()),
          effect: z.string(),
          principals: z.object({ names: z.array(z.string()), groups: z.array(z.string()) }).nullable(),
          approval: z.object({ expiresMs: z.number() }).nullable(),
          reason: z.string().nullable(),
        }),
      ),
    }),
  ),
});

type Rule = z.infer<typeof bundleSchema>['packs'][number]['rules'][number];

export interface HeldCall {
  readonly target: { readonly kind: string; readonly name: string };
  readonly principal: { readonly name: string; readonly groups: readonly string[] };
  /** Ids of the rules that hold it, as the gate says. */
  readonly rules: readonly string[];
}

export interface Terms {
  /** Sorted ids. */
  readonly rules: readonly string[];
  /** In the words of a rule; undefined where none has any. */
  readonly reason: string | undefined;
  readonly expiresMs: number;
}

export class ApprovalRules {
  readonly #byId = new Map<string, Rule>();
  readonly #names = new GlobSet<Rule>('name');
  readonly #uris = new GlobSet<Rule>('uri');

  private constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      this.#byId.set(rule.id, rule);
      if (rule.target === 'resource') for (const uri of rule.patterns.flatMap(patternViews)) this.#uris.add(uri, rule);
      else for (const name of rule.patterns) this.#names.add(name, rule);
    }
  }

  /** Undefined for a text that is no bundle. Rules in shadow hold nothing. */
  static read(text: string): ApprovalRules | undefined {
    let written: unknown;
    try {
      written = JSON.parse(text);
    } catch {
      return undefined;
    }
    const { data } = bundleSchema.safeParse(written);
    const enforced = data?.packs.filter(({ mode }) => mode === 'Enforce').flatMap(({ rules }) => rules);
    return enforced && new ApprovalRules(enforced.filter(({ effect }) => effect === 'RequireApproval'));
  }

  /**
   * By every rule that holds the call, those that the gate does not name included: the shortest expiry counts, so that leaving one out
   * lengthens nothing. Or the id of a rule that is not there, or holds no call of this kind or principal; empty when nothing holds it.
   */
  termsOf({ target, principal, rules: named }: HeldCall): Terms | { readonly noSuchRule: string } {
    const holding = new Set<Rule>();
    for (const id of named) {
      const rule = this.#byId.get(id);
      // A call may have several targets, of which the request shows one: a rule that is named need not be about that one.
      if (rule?.target !== target.kind || !appliesTo(rule, principal)) return { noSuchRule: id };
      holding.add(rule);
    }
    for (const rule of this.#matching(target)) {
      if (rule.target === target.kind && appliesTo(rule, principal)) holding.add(rule);
    }
    if (holding.size === 0) return { noSuchRule: '' };
    const all = [...holding];
    const reasons = all.flatMap(({ reason }) => (reason === null ? [] : [reason])).sort();
    return {
      rules: all.map(({ id }) => id).sort(),
      reason: reasons[0],
      expiresMs: Math.min(...all.map(({ approval }) => approval?.expiresMs ?? 0)),
    };
  }

  #matching({ kind, name }: HeldCall['target']): Rule[] {
    if (kind !== 'resource') return this.#names.groups(name, undefined).flat();
    const reading = uriViews(name);
    if ('problem' in reading) return [];
    return [...reading.views, ...reading.reduced].flatMap((view) => this.#uris.groups(view, undefined).flat());
  }
}

function appliesTo({ principals }: Rule, { name, groups }: HeldCall['principal']): boolean {
  if (principals === null) return true;
  return principals.names.includes(name) || groups.some((group) => principals.groups.includes(group));
}
