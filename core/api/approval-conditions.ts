/**
 * Where an ApprovalRequest stands, in the words that tools for any kind know: `kubectl wait --for=condition=Settled`, and kstatus, to which a
 * request that waits for a person is on its way, and one that is settled is done, whatever was decided. `state` says what that was.
 */
import { conditionsSchema, observedGenerationSchema } from './condition.ts';

/** What never was written: the API server gives it to each new request, as Gateway API has it done for what no controller has seen. */
const NEVER = '1970-01-01T00:00:00Z';
/** The operator makes the request, and its spec never changes. */
const ONLY_GENERATION = 1;

const pending = (type: string, status: 'True' | 'False', message: string) => ({
  ...{ type, status, reason: 'Pending', message },
  ...{ observedGeneration: ONLY_GENERATION, lastTransitionTime: NEVER },
});

/** The status of a new request. */
export const NEW_REQUEST = {
  state: 'Pending',
  tally: '0/1',
  observedGeneration: ONLY_GENERATION,
  conditions: [
    pending('Settled', 'False', 'Nobody has decided yet.'),
    pending('Reconciling', 'True', 'It waits for a person who may decide, until it expires.'),
  ],
} as const;

export function settledFields() {
  return {
    observedGeneration: observedGenerationSchema()
      .optional()
      .describe('Generation of the request that this status is about: the only one. Default: none yet.'),
    conditions: conditionsSchema('Settled; Reconciling while nobody has decided').optional(),
  };
}
