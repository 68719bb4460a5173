/** Where traffic is recorded, what the call sends is noted before it is decided on: what is refused counts as well. */
import type { JudgingMessage } from '../../call/call.ts';
import type { TrafficParts } from '../../call/note-traffic.ts';

export function noteTraffic(
  { judgement, course }: JudgingMessage,
  { traffic }: Pick<TrafficParts, 'traffic'>,
): undefined {
  const [target] = judgement.targets;
  if (target === undefined || traffic?.isOn !== true) return undefined;
  const tool = target.kind === 'tool' ? target.name : undefined;
  course.traffic ??= traffic.begin(tool, target.args);
  return undefined;
}
