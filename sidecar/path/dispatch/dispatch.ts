/**
 * The list of dispatch: what has to be true in the moment of sending, for every call alike, whether it was held or not. Where a step
 * waits, all of them are asked again behind it; a step that has done its part says so by saying nothing.
 */
import { type JudgedCall, isJudged } from '../../call/call.ts';
import { refuseCall } from '../../call/refuse-call.ts';
import type { Reply } from '../../call/reply.ts';
import type { PathParts } from '../parts.ts';
import { type Step, type Stretch, walk } from '../walk.ts';
import { awaitTask } from './held-task.ts';
import { intend } from './intend.ts';
import { send } from './send.ts';
import { stillDefined } from './still-defined.ts';
import { stillFits } from './still-fits.ts';
import { stillValid } from './still-valid.ts';
import { takeHistory } from './take-history.ts';
import { takeCredentials } from './take-credentials.ts';

const DISPATCH: readonly Step<JudgedCall>[] = [
  awaitTask,
  stillValid,
  stillDefined,
  stillFits,
  takeCredentials,
  takeHistory,
  intend,
];

const DISPATCHING: Stretch<JudgedCall, JudgedCall, Reply> = {
  ...{ steps: DISPATCH, startsOver: true, isDone: isJudged, onward: send, stop: refuseCall },
};

export function dispatch(call: JudgedCall, reply: Reply, gate: PathParts): void {
  walk(DISPATCHING, call, reply, gate);
}
