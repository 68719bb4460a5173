/** What the API server would be asked: it takes every vote, or answers as a test says. The real one is asked in test/cluster/api/chart/hooks.test.ts. */
import { writeDecisionTarget } from '../../../core/approvals/decision-target.ts';
import { ServedHooks } from './served.ts';

export const TARGET = {
  namespace: 'finance',
  name: 'ledger-transfer-x7k2m',
  uid: '0b8dd2d5-6a0c-4a6a-9a7e-6f6f1c2f3a41',
  subject: { field: 'call' as const, digest: `sha256:${'a'.repeat(64)}` },
};
/** Of a button. */
export const VALUE = writeDecisionTarget(TARGET);
/** Of a sender. */
export const MESSAGE = { namespace: TARGET.namespace, name: TARGET.name, decision: 'Approved', as: 'ada' };

const TAKEN = async (): Promise<unknown> => ({ status: { votes: [{}] } });

export class Recorder {
  readonly asked: { ref: unknown; patch: readonly object[]; as: unknown }[] = [];
  answer = TAKEN;

  clear(): void {
    this.asked.length = 0;
    this.answer = TAKEN;
  }

  serve(): Promise<ServedHooks> {
    return ServedHooks.start({
      people: [{ user: 'ada', groups: ['treasury'], slack: 'U0ADA' }, { user: 'bob' }],
      speaksFor: ['ada', 'bob'],
      client: {
        jsonPatch: async (_resource, ref, patch, options) => {
          this.asked.push({ ref, patch, as: options?.as });
          return (await this.answer()) as never;
        },
      },
    });
  }
}
