/**
 * What a web hook is told, as the body of one message (Standard Webhooks, "Payload structure": type, timestamp, data). Its texts are
 * those of the request, as they are: what shows them to people has to dress them for where it does.
 */
import { stateOf } from '../../approvals/request.ts';
import type { Notice } from '../channel.ts';
import type { News } from '../told.ts';
import { commandsFor } from '../words.ts';

const TYPES: Readonly<Record<News, string>> = {
  Requested: 'approval.requested',
  Reminder: 'approval.reminder',
  Voted: 'approval.voted',
  Settled: 'approval.settled',
};

export function payloadOf({ request, news, now }: Notice): object {
  const { metadata, spec, status } = request;
  const { decidedBy, decidedAt, consumedAt, reason } = status ?? {};
  return {
    type: TYPES[news],
    timestamp: new Date(now).toISOString(),
    data: {
      namespace: metadata.namespace,
      name: metadata.name,
      uid: metadata.uid,
      createdAt: metadata.creationTimestamp,
      ...spec,
      state: stateOf(request),
      votes: status?.votes ?? [],
      ...(decidedBy === undefined ? {} : { decidedBy }),
      ...(decidedAt === undefined ? {} : { decidedAt }),
      ...(consumedAt === undefined ? {} : { consumedAt }),
      ...(reason === undefined ? {} : { decisionReason: reason }),
      ...(stateOf(request) === 'Pending' ? { commands: commandsFor(request) } : {}),
    },
  };
}
