/** Calls under one rule of taint, in a row. */
import { expect } from 'vitest';
import type { PolicyPackInput } from '../../../api/policy-pack.ts';
import type { Op, Outcome, Wanted } from '../../../history/ops.ts';
import { HistoryStore } from '../../../history/store.ts';
import { JsonView } from '../../../mcp/json-view.ts';
import type { Principal } from '../../principal.ts';
import { pack, policyOf } from '../../testing/gen.ts';
import type { HistoryRules } from '../history-rules.ts';
import type { HistoryEvent } from '../rule.ts';

type Entry = NonNullable<PolicyPackInput['spec']['taint']>[number];

export const ADA: Principal = { kind: 'token', name: 'ada', groups: ['agents'] };
export const BOB: Principal = { kind: 'token', name: 'bob', groups: ['agents'] };
const SECRET = Buffer.alloc(32, 7);
export const MINUTE = 60_000;
export const CUSTOMER =
  'Erika Mustermann, Heidestrasse 17, 51147 Koeln. Card 4024 0071 4531 6932, mail erika.m@kunde.example, contract ZX81-QT77-K9P2. ' +
  'She has asked twice for her money and intends to leave us for a competitor next spring.';

/** Calls in a row, as a gate makes them: judged, sent unless something is against it, answered. */
export class Day {
  readonly #history: HistoryRules;
  readonly #store = new HistoryStore();
  now = 1_800_000_000_000;
  #calls = 0;

  constructor(entry: Partial<Entry> = {}, mode: 'Enforce' | 'Shadow' = 'Enforce') {
    const { history } = policyOf(
      pack({
        mode,
        labels: { 'private-source': ['read_*'], 'external-sink': ['send_*'] },
        taint: [
          {
            name: 'stay',
            sources: { labels: ['private-source'] },
            sinks: { labels: ['external-sink'] },
            effect: 'Deny',
            ...entry,
          },
        ],
      }),
    );
    this.#history = history ?? expect.fail('there are no rules');
  }

  /** The sentence against it, or undefined where it passes. */
  call(name: string, args: object, answer?: unknown, by = ADA, more: Partial<HistoryEvent> = {}) {
    const target = { kind: name.includes(':') ? ('resource' as const) : ('tool' as const), name, args: undefined };
    const event: HistoryEvent = {
      ...{ principal: by, session: undefined, server: 'finance/crm', target, ...this.#history.labelsOf(target) },
      ...{ args: viewOf(args), argumentsHmac: undefined, secret: SECRET, verdict: undefined, now: this.now },
      ...{ id: `trace${++this.#calls}-${this.#calls}`, ...more },
    };
    const [part] = this.#history.about(event);
    if (part === undefined) return undefined;
    const ask = (how: 'Ask' | 'Take'): Outcome => {
      if (part.before !== undefined) part.before.know(this.#apply(part.before.ops, 'Ask').seen);
      return this.#apply(part.ops, how);
    };
    const judged = part.judge(ask('Ask').seen, this.now);
    const taken = ask('Take');
    if (!taken.holds && !part.shadow) return `${judged?.verdict.effect}: ${judged?.verdict.causes[0]?.detail}`;
    if (answer !== undefined) {
      const result = viewOf(answer);
      this.#apply(part.onSaid?.(result) ?? [], 'Take');
    }
    return judged && `${part.shadow ? 'in shadow ' : ''}${judged.verdict.effect}: ${judged.verdict.causes[0]?.detail}`;
  }

  read(text: string = CUSTOMER, by = ADA, more: Partial<HistoryEvent> = {}): void {
    expect(this.call('read_customer', { id: 17 }, { content: [{ type: 'text', text }] }, by, more)).toBeUndefined();
    this.now += 3 * MINUTE;
  }

  send(body: unknown, by = ADA, more: Partial<HistoryEvent> = {}) {
    this.now += 1000;
    return this.call('send_mail', { to: 'sales@rival.example', body }, undefined, by, more);
  }

  #apply(wanted: readonly Wanted[], how: 'Ask' | 'Take'): Outcome {
    // What any store gets is plain JSON.
    return this.#store.apply(JSON.parse(JSON.stringify(wanted)) as { op: Op; isAsked: boolean }[], how, this.now);
  }
}

function viewOf(value: unknown): JsonView {
  return JsonView.of(Buffer.from(JSON.stringify(value))) ?? expect.fail('no object');
}

export function read(day = new Day()): Day {
  day.read();
  return day;
}
