/** Puts the hooks together: the one list of their parts. */
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { SYSTEM_CLOCK } from '../kit/clock.ts';
import { Manager } from '../kit/manager.ts';
import type { Registry } from 'prom-client';
import { Probes } from '../probes.ts';
import type { DoorName } from './answer.ts';
import type { HooksConfig } from './config.ts';
import { HooksMetrics } from './metrics.ts';
import { People } from './people.ts';
import { SendersDoor } from './senders/door.ts';
import { type Door, HooksServer } from './server.ts';
import { SlackDoor } from './slack/door.ts';
import { Replies } from './slack/replies.ts';
import { castVote, type Vote, type VoteOutcome } from './vote.ts';

export interface HooksParts {
  readonly config: HooksConfig;
  readonly client: Pick<ApiClient, 'jsonPatch'>;
  readonly registry: Registry;
  readonly log: Logger;
  readonly fallen?: () => string | undefined;
  /** How long it still answers once it is to stop. Default: until every node has heard that nothing leads here. */
  readonly leaveMs?: number;
}

const LEAVE_MS = 3_000;
const clock = SYSTEM_CLOCK;

export function createHooks({ config, client, registry, log, fallen, leaveMs = LEAVE_MS }: HooksParts): {
  readonly manager: Manager;
  readonly server: HooksServer;
} {
  const metrics = new HooksMetrics(registry);
  const people = new People(config.people);
  const cast = (vote: Vote): Promise<VoteOutcome> => castVote(client, vote);
  const doors = new Map<string, { name: DoorName; door: Door }>();
  if (config.slack !== undefined) {
    const replies = new Replies({ origin: config.slack.responses, metrics, log });
    const door = new SlackDoor({ config: config.slack, people, cast, replies, clock });
    doors.set('/slack/actions', { name: 'slack', door });
  }
  if (config.senders.length > 0) {
    const door = new SendersDoor({ senders: config.senders, people, cast, clock });
    doors.set('/hooks/vote', { name: 'hook', door });
  }
  const server = new HooksServer({
    ...{ port: config.ports.hooks, tls: config.tls, doors, metrics, clock, log },
    ...(fallen === undefined ? {} : { fallen }),
  });
  const readiness = (): string[] => [
    ...[fallen?.() ?? []].flat(),
    ...(server.port === 0 ? [`the certificate in ${config.tls}`] : []),
  ];
  const manager = new Manager({ log, leaveMs: () => (fallen?.() === undefined ? leaveMs : 0) });
  manager.add(new Probes(config.ports.metrics, registry, readiness, log));
  manager.add(server);
  return { manager, server };
}
