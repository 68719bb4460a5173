/** Counts of what came in. Every series exists from the start, at 0. */
import { Counter, type Registry } from 'prom-client';
import { type DoorName, DOORS, HOOK_OUTCOMES, type HookOutcome } from './answer.ts';

export class HooksMetrics {
  readonly #requests;
  readonly #unsent;

  constructor(registry: Registry) {
    this.#requests = new Counter({
      name: 'sallyport_hooks_requests_total',
      help: 'Decisions that came from Slack (slack) or by web hook (hook), by how that ended; voted: a vote was cast.',
      labelNames: ['door', 'outcome'],
      registers: [registry],
    });
    for (const door of DOORS) for (const outcome of HOOK_OUTCOMES) this.#requests.inc({ door, outcome }, 0);
    this.#unsent = new Counter({
      name: 'sallyport_hooks_unsent_replies_total',
      help: 'Answers to clicks that Slack did not take: the person does not know how it ended.',
      registers: [registry],
    });
  }

  ended(door: DoorName, outcome: HookOutcome): void {
    this.#requests.inc({ door, outcome });
  }

  unsent(): void {
    this.#unsent.inc();
  }
}
