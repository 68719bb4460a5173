/** Metrics of rules that know what came before. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Mode } from '../../core/api/modes.ts';
import { BoundedLabels } from './bounded-labels.ts';

const MAX_PRINCIPALS = 100;
/** Those with the most points; the others are nobody's business at a glance. */
const MAX_AT_RISK = 20;

/** A caller with its points, by one rule. */
interface AtRisk {
  readonly principal: string;
  readonly rule: string;
  readonly points: number;
}

export class HistoryMetrics {
  readonly #server: () => string;
  readonly #registry: Registry;
  readonly #tools: BoundedLabels;
  readonly #limited: Counter;
  readonly #credits: Counter;
  readonly #principalCredits: Counter;
  readonly #reached: Counter;
  readonly #principals = new BoundedLabels(MAX_PRINCIPALS);

  constructor(registry: Registry, server: () => string, tools: BoundedLabels) {
    this.#server = server;
    this.#registry = registry;
    this.#tools = tools;
    this.#limited = new Counter({
      name: 'sallyport_limited_total',
      help: 'Calls that a limit refused, or in shadow would have, by rule and mode.',
      labelNames: ['server', 'rule', 'mode'],
      registers: [registry],
    });
    this.#credits = new Counter({
      name: 'sallyport_credits_total',
      help: 'Credits that calls have cost, by budget and tool.',
      labelNames: ['server', 'budget', 'tool'],
      registers: [registry],
    });
    this.#principalCredits = new Counter({
      name: 'sallyport_principal_credits_total',
      help: 'Credits that calls have cost, by budget and caller; callers beyond the first 100 count as _other.',
      labelNames: ['server', 'budget', 'principal'],
      registers: [registry],
    });
    this.#reached = new Counter({
      name: 'sallyport_budget_warnings_total',
      help: 'How often so many percent of a budget were reached as its warnAt names, by budget, percent and mode.',
      labelNames: ['server', 'budget', 'percent', 'mode'],
      registers: [registry],
    });
  }

  /** Asked at each scrape. Undefined where nobody can tell: then there is no sample. */
  watchRisk(standings: () => Promise<readonly AtRisk[] | undefined>): void {
    const server = this.#server;
    const gauge: Gauge = new Gauge({
      name: 'sallyport_risk_points',
      help: 'Risk points of the callers that have the most, at most 20, by rule.',
      labelNames: ['server', 'rule', 'principal'],
      registers: [this.#registry],
      async collect() {
        const all = (await standings()) ?? [];
        gauge.reset();
        for (const { principal, rule, points } of all.slice(0, MAX_AT_RISK))
          if (points > 0) gauge.set({ server: server(), rule, principal }, points);
      },
    });
  }

  spent(budget: string, tool: string, principal: string, credits: number): void {
    const server = this.#server();
    this.#credits.inc({ server, budget, tool: this.#tools.of(tool) }, credits);
    this.#principalCredits.inc({ server, budget, principal: this.#principals.of(principal) }, credits);
  }

  reached(budget: string, mode: Mode, percent: number): void {
    this.#reached.inc({ server: this.#server(), budget, percent, mode });
  }

  /** `rule` is the id of one of the policy, of which there are few. */
  limited(rule: string, mode: Mode): void {
    this.#limited.inc({ server: this.#server(), rule, mode });
  }
}
