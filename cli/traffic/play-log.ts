/** A whole traffic log, played again under a policy. */
import type { JsonObject } from '../../core/mcp/message.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { TrafficCall } from '../../core/traffic/line.ts';
import { UserError } from '../errors.ts';
import { Progress } from './progress.ts';
import { readTraffic, type Unread } from './read-log.ts';
import { LogReplay, type Replayed } from './replay-log.ts';

/** Undefined: the policy in force was not asked about the call, so nothing is to be held against it. */
export type TakeReplayed = (call: TrafficCall, replayed: Replayed | undefined) => void;

/** `policyOf` is told the server, `namespace/name`, which the head of the log names. */
export async function playLog(
  file: string,
  policyOf: (server: string) => Policy,
  unread: Unread,
  take: TakeReplayed,
): Promise<Policy> {
  const progress = new Progress();
  const tools = new Map<string, JsonObject>();
  let [policy, replay]: [Policy | undefined, LogReplay | undefined] = [undefined, undefined];
  let hasNews = false;
  let calls = 0;
  try {
    for await (const line of readTraffic(file, unread)) {
      if ('traffic' in line) policy ??= policyOf(line.server);
      if ('tool' in line) {
        tools.set(String(line.tool['name']), line.tool);
        hasNews = true;
      }
      if (!('call' in line) || policy === undefined) continue;
      progress.at(() => `${calls} calls are played`);
      calls++;
      if (line.effect === null) {
        take(line, undefined);
        continue;
      }
      replay ??= new LogReplay(policy, Date.parse(line.time));
      if (hasNews) await replay.list([...tools.values()]);
      hasNews = false;
      take(line, await replay.play(line));
    }
  } finally {
    await replay?.close();
  }
  if (policy === undefined) throw new UserError(`${file} has no head that names its server`);
  return policy;
}
