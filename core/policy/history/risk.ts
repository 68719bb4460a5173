/**
 * Points of a caller for what is unusual or has gone wrong: named, fading, and only ever a reason to ask a person or to refuse, never to
 * allow. What is usual is learned from the caller's own calls.
 */
import type { AverageSeen } from '../../history/kinds/average.ts';
import type { MarkOp, MarkSeen, WhetherOp } from '../../history/kinds/mark.ts';
import type { Contribution, PointsOp, PointsSeen } from '../../history/kinds/points.ts';
import type { SumSeen } from '../../history/kinds/window.ts';
import { parseDuration } from '../../duration.ts';
import { DEFAULT_APPROVAL } from '../../api/rules/approval.ts';
import type { Weight } from '../../api/risk.ts';
import type { Bundle } from '../bundle.ts';
import type { BundleRisk } from '../rules/risk.ts';
import { historyVerdict, NO_OBLIGATIONS, type Obligations } from '../verdict.ts';
import { placesIn } from './places-in.ts';
import type {
  HistoryEnd,
  HistoryEvent,
  HistoryRule,
  Judged,
  Part,
  Place,
  ScoreAt,
  Seen,
  Wanted,
  Whose,
} from './rule.ts';
import { digestOf, whomOf } from './whom.ts';

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
/** What was not seen for a month is new again. */
const KNOWN_FOR_MS = 30 * DAY_MS;
/** Below that many calls in a minute nothing is a burst. */
const FEW_A_MINUTE = 10;
/** Below that many bytes nothing is large. */
const SMALL_ARGUMENTS = 4_096;
const UNUSUAL = 4;
const MAX_WHY = 100;
const MAX_TOLD = 4;

const HELD: Obligations = {
  ...NO_OBLIGATIONS,
  approval: { expiresMs: parseDuration(DEFAULT_APPROVAL.expires), holdMs: parseDuration(DEFAULT_APPROVAL.hold) },
};

export function riskRules({ packs }: Bundle): readonly HistoryRule[] {
  return packs.flatMap(({ risk, mode }) =>
    risk === undefined ? [] : [new Risk(risk, mode === 'Shadow' || risk.mode === 'Shadow')],
  );
}

class Risk implements HistoryRule {
  readonly #said: BundleRisk;
  readonly #shadow: boolean;

  constructor(said: BundleRisk, shadow: boolean) {
    this.#said = said;
    this.#shadow = shadow;
  }

  about(event: HistoryEvent): Part {
    return new RiskPart(this.#said, this.#shadow, event);
  }

  standing(whose: Whose): ScoreAt {
    const { id, per, halfLifeMs } = this.#said;
    const [whom = ''] = whomOf(whose, [per]);
    return {
      rule: id,
      ofSession: per === 'session',
      op: { kind: 'points', of: id, whom, halfLifeMs, add: [], below: undefined },
    };
  }

  onRefused(whose: Whose): readonly Wanted[] {
    const { weights } = this.#said;
    const [whom = ''] = whomOf(whose, [this.#said.per]);
    return refusal(this.#said, whom, weights.refusal);
  }
}

class RiskPart implements Part {
  readonly rule: string;
  readonly shadow: boolean;
  readonly #said: BundleRisk;
  readonly #whom: string;
  readonly #event: HistoryEvent;
  readonly #places: readonly string[];
  readonly #argumentBytes: number;
  /** What this call adds by itself, once it is known what is usual. */
  #own: readonly Contribution[] = [];
  #minute = 0;
  /** To be refused for one's points gives no points: they would never fade. */
  #refuses = false;

  constructor(said: BundleRisk, shadow: boolean, event: HistoryEvent) {
    this.rule = said.id;
    this.shadow = shadow;
    this.#said = said;
    this.#event = event;
    [this.#whom = ''] = whomOf(event, [said.per]);
    this.#places = said.weights.newPlace === 0 ? [] : placesIn(event.sent);
    this.#argumentBytes = event.sent?.length ?? 0;
  }

  /** What is usual for its caller. */
  get before(): NonNullable<Part['before']> {
    return {
      ops: this.#looks().map(unasked),
      know: (seen) => {
        this.#own = this.#weigh(seen, this.#event.now);
      },
    };
  }

  /** Those of the tool and of places are last. */
  #looks(): readonly Wanted['op'][] {
    const at = (what: string) => ({ of: `${this.rule}:${what}`, whom: this.#whom });
    return [
      { kind: 'window', ...at('known'), windowMs: KNOWN_FOR_MS, limit: undefined, add: 1 },
      { kind: 'window', ...at('minute'), windowMs: MINUTE_MS, limit: undefined, add: 1 },
      { kind: 'average', ...at('rate'), value: this.#minute + 1, everyMs: MINUTE_MS, forMs: KNOWN_FOR_MS },
      { kind: 'average', ...at('bytes'), value: this.#argumentBytes, everyMs: 0, forMs: KNOWN_FOR_MS },
      ...this.#news().map((name) => this.#whether(name)),
    ];
  }

  #news(): readonly string[] {
    return [toolOf(this.#event), ...this.#places];
  }

  #newAt(name: string): Place {
    return { of: `${this.rule}:new`, whom: digestOf([this.#whom, name]) };
  }

  #whether(name: string): WhetherOp {
    return { kind: 'whether', ...this.#newAt(name), withinMs: KNOWN_FOR_MS, want: 'Has' };
  }

  #mark(name: string): MarkOp {
    return { kind: 'mark', ...this.#newAt(name), forMs: KNOWN_FOR_MS, note: '' };
  }

  #points(add: readonly Contribution[], below: number | undefined): PointsOp {
    return { kind: 'points', of: this.rule, whom: this.#whom, halfLifeMs: this.#said.halfLifeMs, add, below };
  }

  judge([points]: readonly Seen[]): Judged | undefined {
    if (points?.kind !== 'points') return undefined;
    const sum = points.sum + this.#own.reduce((all, one) => all + one.points, 0);
    const { approveAt, denyAt } = this.#said;
    this.#refuses = denyAt !== null && sum >= denyAt;
    if (denyAt !== null && this.#refuses)
      return { verdict: historyVerdict(this.rule, 'Deny', this.#sentence(sum, points, denyAt, 'is refused')) };
    if (approveAt !== null && sum >= approveAt)
      return {
        verdict: historyVerdict(
          this.rule,
          'RequireApproval',
          this.#sentence(sum, points, approveAt, 'waits for a person'),
          HELD,
        ),
      };
    return undefined;
  }

  get ops(): readonly Wanted[] {
    const { approveAt, denyAt } = this.#said;
    const marks = this.#news().map((name) => this.#mark(name));
    const learned = this.#looks().filter(({ kind }) => kind !== 'whether');
    const points = this.#points(this.#own, approveAt ?? denyAt ?? undefined);
    return [{ op: points, isAsked: true }, ...[...learned, ...marks].map(unasked)];
  }

  /** A person has agreed to some points, and not to as many as nobody may have. */
  get opsOnceAgreed(): readonly Wanted[] {
    const [, ...others] = this.ops;
    const { denyAt } = this.#said;
    return [{ op: this.#points(this.#own, denyAt ?? undefined), isAsked: true }, ...others];
  }

  onEnd({ refused, answerFindings = 0 }: HistoryEnd): readonly Wanted[] {
    const { weights } = this.#said;
    if (refused) return refusal(this.#said, this.#whom, this.#refuses ? 0 : weights.refusal);
    if (answerFindings === 0 || weights.answerFinding === 0) return [];
    const why = `findings in an answer of ${named(toolOf(this.#event))}`;
    return [unasked(this.#points([{ points: weights.answerFinding, why }], undefined))];
  }

  #weigh([known, minute, rate, bytes, ...news]: readonly Seen[], now: number): readonly Contribution[] {
    const own: Contribution[] = [];
    const add = (weight: Weight, why: string): void => {
      const points = this.#said.weights[weight];
      if (points > 0) own.push({ points, why });
    };
    const tool = named(toolOf(this.#event));
    if ((this.#event.verdict?.findings.length ?? 0) > 0) add('finding', `findings in a call of ${tool}`);
    if (this.#event.destructive === true) add('destructive', `${tool} is destructive`);
    if (this.#said.hours !== null && !isWithin(this.#said.hours, now)) add('unusualHour', 'an unusual hour');
    this.#minute = sumOf(minute);
    if (sumOf(known) < this.#said.learn) return own;
    if (isNew(news[0])) add('newTool', `first use of ${tool}`);
    const place = this.#places.find((_, i) => isNew(news[i + 1]));
    if (place !== undefined) add('newPlace', `first use of ${named(place)}`);
    if (this.#minute >= FEW_A_MINUTE && isUnusual(this.#minute, rate)) add('burst', 'many calls in a minute');
    if (this.#argumentBytes > SMALL_ARGUMENTS && isUnusual(this.#argumentBytes, bytes))
      add('largeArguments', 'large arguments');
    return own;
  }

  #sentence(sum: number, { parts }: PointsSeen, threshold: number, becomes: string): string {
    const all = [
      ...this.#own.map(({ points, why }) => ({ points, said: `${why} (now)` })),
      ...parts.map(({ points, why, agoMs }) => ({ points, said: `${why} (${agoOf(agoMs)})` })),
    ].toSorted((a, b) => b.points - a.points);
    const told = all.slice(0, MAX_TOLD).map(({ points, said }) => `${said} +${Math.round(points)}`);
    const more = all.length > MAX_TOLD ? `, and ${all.length - MAX_TOLD} more` : '';
    return `which ${becomes}, since its caller has ${Math.floor(sum)} risk points, of which ${threshold} are enough: ${told.join(', ')}${more}. They fade with time.`;
  }
}

function refusal({ id, halfLifeMs }: BundleRisk, whom: string, points: number): readonly Wanted[] {
  if (points === 0) return [];
  return [
    unasked({ kind: 'points', of: id, whom, halfLifeMs, add: [{ points, why: 'a refused call' }], below: undefined }),
  ];
}

function unasked(op: Wanted['op']): Wanted {
  return { op, isAsked: false };
}

function toolOf({ target }: HistoryEvent): string {
  return `${target.kind} ${target.name}`;
}

function named(text: string): string {
  return text.length <= MAX_WHY - 40 ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, MAX_WHY - 40))}…`;
}

function sumOf(seen: Seen | undefined): number {
  return (seen as SumSeen | undefined)?.sum ?? 0;
}

function isNew(seen: Seen | undefined): boolean {
  return seen !== undefined && (seen as MarkSeen).last === undefined;
}

function isUnusual(value: number, usual: Seen | undefined): boolean {
  return usual !== undefined && value > UNUSUAL * (usual as AverageSeen).mean;
}

function agoOf(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 1) return 'a moment ago';
  return minutes < 120 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}

/** In whole minutes; hours that end before they begin go on past midnight. */
function isWithin({ from, to, timeZone }: NonNullable<BundleRisk['hours']>, now: number): boolean {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const minute = 60 * of('hour') + of('minute');
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
