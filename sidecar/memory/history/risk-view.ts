/**
 * Who stands where by the rules that keep a score, for people who run the gate. Which callers there are is remembered here, the latest of
 * them; their points are looked up when somebody asks, so that they are as they count.
 */
import type { PointsSeen } from '../../../core/history/kinds/points.ts';
import type { Outcome, Wanted } from '../../../core/history/ops.ts';
import type { HistoryRules } from '../../../core/policy/history/history-rules.ts';
import type { Whose } from '../../../core/policy/history/rule.ts';
import { principalKey } from '../../../core/policy/principal.ts';
import { BoundedMap } from '../bounded-map.ts';
import { type History, isLater } from './history.ts';

export interface Standing {
  readonly principal: string;
  /** How it is known: see Principal.kind. */
  readonly kind: string;
  readonly issuer: string | undefined;
  /** Of scores that are of each session by itself. */
  readonly session: string | undefined;
  readonly rule: string;
  readonly points: number;
  readonly parts: PointsSeen['parts'];
}

const MAX_CALLERS = 256;

export class RiskView {
  readonly #history: History;
  readonly #callers = new BoundedMap<string, Whose>(MAX_CALLERS);

  constructor(history: History) {
    this.#history = history;
  }

  note({ principal, session, server, target: { kind, name } }: Whose): void {
    this.#callers.set(`${principalKey(principal)}\n${session ?? ''}`, {
      principal,
      session,
      server,
      target: { kind, name, args: undefined },
    });
  }

  /** Those with the most points in front; undefined where nobody can tell. */
  async standings(rules: HistoryRules | undefined): Promise<readonly Standing[] | undefined> {
    const callers = [...this.#callers.values()];
    const asked = callers.flatMap((whose) =>
      (rules?.standings(whose) ?? []).map(({ rule, op, ofSession }) => ({ whose, rule, op, ofSession })),
    );
    // A score of a principal is the same in each of its sessions.
    const once = [...new Map(asked.map((one) => [`${one.rule}\n${one.op.whom}`, one])).values()];
    if (once.length === 0) return [];
    const outcome = await this.#look(once.map(({ op }) => ({ op, isAsked: false })));
    if (outcome === undefined) return undefined;
    const rows = once.map(({ whose: { principal, session }, rule, ofSession }, i): Standing => {
      const seen = outcome.seen[i] as PointsSeen;
      const { name, kind, issuer } = principal;
      const inSession = ofSession ? session : undefined;
      return { principal: name, kind, issuer, session: inSession, rule, points: seen.sum, parts: seen.parts };
    });
    return rows.toSorted((a, b) => b.points - a.points);
  }

  #look(wanted: readonly Wanted[]): Promise<Outcome | undefined> {
    const outcome = this.#history.apply(wanted, 'Ask');
    return new Promise((resolve) => {
      if (isLater(outcome)) outcome.done(resolve);
      else resolve(outcome);
    });
  }
}
