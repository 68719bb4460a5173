/** The parts of the gate that an answer meets on its way. */
import type { Logger } from 'pino';
import type { EndSessionParts } from '../call/end-session.ts';
import type { RecordParts } from '../call/record.ts';
import type { AbandonedCalls } from '../memory/abandoned-calls.ts';
import type { DefinitionTable } from '../memory/definitions.ts';
import type { HeldTasks } from '../memory/held-tasks.ts';
import type { HandleSeal } from '../memory/handle-seal.ts';
import type { PodHandles } from '../memory/pod-handles.ts';
import type { InputSchemas } from '../memory/input-schemas.ts';
import type { InFlight } from '../memory/in-flight.ts';
import type { Notices } from '../memory/notices.ts';
import type { KeptResults } from '../memory/results/kept-results.ts';
import type { TaskTable } from '../memory/tasks.ts';
import type { Upstream } from '../upstream/upstream.ts';

export interface AnswerParts extends RecordParts, EndSessionParts {
  readonly tasks: TaskTable;
  readonly heldTasks: HeldTasks;
  readonly definitions: DefinitionTable;
  readonly inputSchemas: InputSchemas;
  readonly results: KeptResults;
  readonly seal: HandleSeal;
  readonly handles: PodHandles;
  readonly upstream: Upstream;
  readonly abandoned: AbandonedCalls;
  readonly inFlight: InFlight;
  readonly notices: Notices;
  readonly log: Logger;
  /** The pod is on its way out. */
  readonly leaving: boolean;
}
