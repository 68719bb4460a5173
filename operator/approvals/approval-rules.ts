/**
 * The rules of one revision of a policy that ask for a person: what an approval needs to know of them is looked up here, in what the
 * operator wrote, and never believed from a gate. A gate says which call it holds and by which rules; a gate that lies can neither
 * lengthen an expiry nor name a rule that is not there, nor get by with fewer votes.
 */
import * as z from 'zod';
import { type Quorums, together } from '../../core/approvals/quorums.ts';
import { type Expression, isExpression } from '../../core/conditions/expression.ts';
import { grantCeilingsSchema, type GrantCeilings } from '../../core/policy/rules/grants.ts';
import { GlobSet } from '../../core/policy/glob-set.ts';
import { PrincipalSet } from '../../core/policy/rules/principals.ts';
import { patternViews, uriViews } from '../../core/policy/uri-views.ts';
import { type Allowance, allowanceOf } from './grant-allowance.ts';
import { type CallAsSeen, mayHold } from './may-hold.ts';
import { ANY_TARGET, otherRulesIn, principalsSchema, termsSchema } from './other-rules.ts';

/** As much of a bundle as is needed, of whatever version: fields of later ones are passed over. */
const bundleSchema = z.object({
  packs: z.array(
    z.looseObject({
      mode: z.string(),
      grants: z.object(grantCeilingsSchema.shape).optional(),
      definitions: z.object({ id: z.string(), mode: z.string(), pin: z.string(), onChange: z.string() }).optional(),
      rules: z.array(
        z.object({
          id: z.string(),
          target: z.string(),
          patterns: z.array(z.string()),
          effect: z.string(),
          principals: principalsSchema,
          when: z.object({ tree: z.custom<Expression>((value) => isExpression(value)) }).optional(),
          approval: termsSchema.nullable(),
          reason: z.string().nullable(),
        }),
      ),
    }),
  ),
});

/** As requests carry them. */
export type Votes = Pick<Terms, 'quorums' | 'veto'>;

/** What of the terms a grant has to meet as well. */
export type TermsOfGrant = Pick<Terms, 'quorums' | 'veto' | 'grants'>;

type Rule = z.infer<typeof bundleSchema>['packs'][number]['rules'][number];

export interface HeldCall extends CallAsSeen {
  /** Ids of the rules that hold it, as the gate says. */
  readonly rules: readonly string[];
}

export interface Terms {
  /** Sorted ids. */
  readonly rules: readonly string[];
  /** In the words of a rule; undefined where none has any. */
  readonly reason: string | undefined;
  readonly expiresMs: number;
  /** Undefined: one vote of anybody who has the right. */
  readonly quorums: Quorums | undefined;
  readonly veto: boolean;
  /** How far standing grants may go for such calls, if at all. */
  readonly grants: Allowance;
}

/**
 * Kept as they are written, and gone through when somebody asks: patterns made ready for matching take some three hundred times their
 * length of memory, and this is kept of every server, while a question comes before a person is asked.
 */
export class ApprovalRules {
  readonly #rules: readonly Rule[];
  readonly #votes: ReadonlyMap<string, Votes>;
  /** Of all packs. */
  readonly #ceilings: readonly GrantCeilings[];
  /** Ids of the entries, sorted, that ask for a person before a definition that is not accepted is shown. */
  readonly ofDefinitions: readonly string[];
  /** Characters that it takes to keep them. */
  readonly size: number;

  private constructor(
    rules: readonly Rule[],
    ofDefinitions: readonly string[],
    ceilings: readonly GrantCeilings[],
    votes: ReadonlyMap<string, Votes> = new Map(),
  ) {
    this.#votes = votes;
    this.#ceilings = ceilings;
    this.#rules = rules;
    this.ofDefinitions = ofDefinitions;
    this.size = JSON.stringify([rules, ofDefinitions, ceilings]).length;
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
    const packs = data?.packs.filter(({ mode }) => mode === 'Enforce');
    if (packs === undefined) return undefined;
    const byName = packs.flatMap((pack) => pack.rules).filter(({ effect }) => effect === 'RequireApproval');
    const rules = [...byName, ...packs.flatMap(otherRulesIn)];
    const ofDefinitions = packs.flatMap(({ definitions: entry }) =>
      entry?.mode === 'Enforce' && entry.pin !== 'Off' && entry.onChange === 'RequireApproval' ? [entry.id] : [],
    );
    const ceilings = packs.flatMap(({ grants }) => grants ?? []);
    return new ApprovalRules(rules, ofDefinitions.sort(), ceilings);
  }

  /**
   * By every rule that holds the call, those that the gate does not name included: the shortest expiry counts, so that leaving one out
   * lengthens nothing. Or the id of a rule that is not there, or holds no call of this kind or principal; empty when nothing holds it.
   */
  termsOf(call: HeldCall): Terms | { readonly noSuchRule: string } {
    const { target, principal, rules: named } = call;
    // A call may have several targets, of which the request shows one: a rule that is named need not be about that one.
    const rules = this.#rules.filter(
      (rule) => areNamedTogether(rule.target, target.kind) && appliesTo(rule, principal),
    );
    // What old gates get of a pack may hold rules of one name from two versions of it, of two kinds.
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    const holding = new Set<Rule>();
    for (const id of named) {
      const rule = byId.get(id);
      if (rule === undefined) return { noSuchRule: id };
      holding.add(rule);
    }
    for (const rule of matching(rules, target)) {
      if (rule.when === undefined || mayHold(rule.when.tree, call)) holding.add(rule);
    }
    if (holding.size === 0) return { noSuchRule: '' };
    const all = [...holding];
    const reasons = all.flatMap(({ reason }) => (reason === null ? [] : [reason])).sort();
    return {
      rules: all.map(({ id }) => id).sort(),
      reason: reasons[0],
      expiresMs: Math.min(...all.map(({ approval }) => approval?.expiresMs ?? 0)),
      ...this.#together(all, target.name),
    };
  }

  /** What a standing grant for some rules takes, whoever calls. Or the id of a rule that is not there. */
  termsOfRules(ids: readonly string[], tool: string): TermsOfGrant | { readonly noSuchRule: string } {
    const rules = this.#rules.filter(
      ({ id, target }) => (target === 'tool' || target === ANY_TARGET) && ids.includes(id),
    );
    const missing = ids.find((id) => !rules.some((rule) => rule.id === id));
    return missing === undefined ? this.#together(rules, tool) : { noSuchRule: missing };
  }

  #together(rules: readonly Rule[], tool: string): TermsOfGrant {
    const inOrder = rules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const granted = inOrder.map(({ id, approval }) => ({ id, grants: approval?.grants }));
    return {
      quorums: together(rules.map((rule) => this.#votesOf(rule).quorums)),
      veto: rules.some((rule) => this.#votesOf(rule).veto ?? true),
      grants: allowanceOf(granted, this.#ceilings, tool),
    };
  }

  /** What each rule asks of votes, by its id. */
  *votes(): Iterable<readonly [string, Votes]> {
    for (const { id, approval } of this.#rules) {
      if (approval === null) continue;
      const { quorums, veto = true } = approval;
      if (quorums !== undefined || !veto) yield [id, { quorums, veto }];
    }
  }

  /** The same rules, where those that ask nothing of votes ask what rules of their names do elsewhere. */
  withVotes(votes: ReadonlyMap<string, Votes>): ApprovalRules {
    return new ApprovalRules(this.#rules, this.ofDefinitions, this.#ceilings, votes);
  }

  #votesOf({ id, approval }: Rule): Partial<Votes> {
    const { quorums, veto } = approval ?? {};
    return quorums === undefined && veto === undefined
      ? (this.#votes.get(id) ?? {})
      : { quorums, ...(veto === undefined ? {} : { veto }) };
  }
}

/** A completion may name a prompt and a resource; a call of a tool names nothing beside it. */
function areNamedTogether(one: string, other: string): boolean {
  return one === other || one === ANY_TARGET || (one !== 'tool' && other !== 'tool');
}

function matching(rules: readonly Rule[], { kind, name }: HeldCall['target']): Rule[] {
  const ofKind = rules.filter(({ target }) => target === kind);
  if (kind !== 'resource') return ofKind.filter(({ patterns }) => patterns.some((pattern) => hasParts(pattern, name)));
  const reading = uriViews(name);
  if ('problem' in reading) return [];
  const views = [...reading.views, ...reading.reduced];
  const uris = new GlobSet<Rule>('uri');
  for (const rule of ofKind) {
    for (const pattern of rule.patterns.flatMap(patternViews)) {
      if (views.some((view) => hasParts(pattern, view))) uris.add(pattern, rule);
    }
  }
  return views.flatMap((view) => uris.match(view));
}

/** Whether a pattern would match if each of its stars stood for any characters: true of names, and few patterns of URIs pass it wrongly. */
function hasParts(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split(/\*+/);
  const last = others.pop();
  if (last === undefined) return pattern === text;
  const end = text.length - last.length;
  let at = first.length;
  if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** A gate that does not tell the scopes of its caller is believed to have looked at them. */
function appliesTo({ principals }: Rule, principal: HeldCall['principal']): boolean {
  if (principals === null) return true;
  const { scopes = principals.scopes } = principal;
  return new PrincipalSet(principals).has({ ...principal, scopes });
}
