/** Conditions asked as a gate asks them, for tests. */
import { Condition, type Payer } from '../condition.ts';
import type { Facts } from '../frame.ts';
import { isMistake, parseCondition } from '../parse.ts';
import type { Subject } from '../variables.ts';

export const FACTS: Facts = {
  principal: { kind: 'token', name: 'ada', groups: ['treasury', 'ops'], attributes: { namespace: 'agents' } },
  server: { namespace: 'finance', name: 'ledger' },
  session: { id: 's-1', protocol: '2025-11-25' },
  now: Date.parse('2026-11-30T23:30:15.250Z'),
};

export class Purse implements Payer {
  left: number;

  constructor(left = 1_000_000) {
    this.left = left;
  }

  spend(work: number): boolean {
    this.left -= work;
    return this.left >= 0;
  }
}

export function conditionOf(text: string, subject: Subject = 'tool'): Condition {
  const parsed = parseCondition(text, subject);
  if (isMistake(parsed)) throw new Error(`${text}: ${parsed.problem}; ${parsed.mend}`);
  return new Condition(parsed);
}

/** True, false, or why nobody can say: the reason of the failure. */
export function say(text: string, args: object = {}, facts = FACTS): boolean | string {
  const answer = conditionOf(text).ask(facts, 'transfer', args, new Purse());
  return typeof answer === 'boolean' ? answer : answer.reason;
}
