/** Controls that know what came before a call. A part of controls.ts. */
import type { Control } from './control.ts';

export const OVER_TIME = {
  limits: {
    title: 'Limits over time',
    says: 'Calls in a window, calls at once, bytes of results, and loops of the same or of failing calls have limits, by caller, group, tool, server or session; a program reads when to come back.',
    docs: [['Limits', 'over-time.md#limits']],
  },
  budgets: {
    title: 'Budgets',
    says: 'Calls of tools cost credits, by tool, argument or size of the result, and a call beyond the budget of a window is refused or held for a person.',
    docs: [['Budgets', 'over-time.md#budgets']],
  },
  sequences: {
    title: 'What comes before',
    says: 'What has to come before a call, also about the same object, what must not have, how many are too many and in which order: such a call is refused or held for a person, and the reason names the earlier one.',
    docs: [['What comes before', 'over-time.md#what-comes-before']],
  },
  taint: {
    title: 'What must not get out',
    says: 'What some tools answer is known again in the arguments of others, also encoded or in pieces; such a call is held or refused, and the reason names the read.',
    docs: [['What must not get out', 'over-time.md#what-must-not-get-out']],
  },
  risk: {
    title: 'Points for what is unusual',
    says: 'Findings, refusals, new tools and places, bursts and large arguments against what is usual for the caller give points, which fade; from so many on a person is asked or calls are refused, and the reason lists them.',
    docs: [['Risk', 'over-time.md#risk']],
  },
} as const satisfies Record<string, Control>;
