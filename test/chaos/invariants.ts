/** What has to hold of a history, whatever was done to the cluster. Pure. Each check returns what broke it, in words. */
import { type History, TOOLS } from './history.ts';

/** A call that was decided just before a policy was in force may reach the log of the server after that. */
const IN_FLIGHT_MS = 2_000;
const READY_LIMIT_MS = 60_000;

export const INVARIANTS: Readonly<Record<string, (history: History) => string[]>> = {
  'no call was executed that policy forbade at the time': forbiddenExecutions,
  'no held call was executed without an approval': unapprovedExecutions,
  'none was executed twice after an approval': repeatedExecutions,
  'none is unrecorded after its answer': unrecordedAnswers,
  'what was answered was executed, so no log was missed': answersOfNobody,
  'everything was ready again within a minute': lateRecoveries,
};

function forbiddenExecutions({ executions, forbidden }: History): string[] {
  return executions.flatMap(({ tool, key, time }) => {
    if (tool === TOOLS.never) return [`${at(time)} ${tool} ${key}: it is never allowed`];
    const window = forbidden.find((one) => one.tool === tool && time > one.from + IN_FLIGHT_MS && time < one.to);
    return window === undefined ? [] : [`${at(time)} ${tool} ${key}: forbidden since ${at(window.from)}`];
  });
}

/** The approvals that a person granted, by the key of the call. */
function grantedByKey({ calls, audit, votes }: History): Map<string, Set<string>> {
  const granted = new Set(votes.filter(({ isApproved }) => isApproved).map(({ approval }) => approval));
  const keyOf = new Map(calls.map(({ traceId, key }) => [traceId, key]));
  const byKey = new Map<string, Set<string>>();
  for (const { traceId, approval } of audit) {
    const key = keyOf.get(traceId);
    if (key === undefined || approval === undefined || !granted.has(approval)) continue;
    byKey.set(key, (byKey.get(key) ?? new Set()).add(approval));
  }
  return byKey;
}

function executionsByKey({ executions }: History, tool: string): Map<string, number> {
  const times = new Map<string, number>();
  for (const one of executions) if (one.tool === tool) times.set(one.key, (times.get(one.key) ?? 0) + 1);
  return times;
}

function unapprovedExecutions(history: History): string[] {
  const granted = grantedByKey(history);
  return [...executionsByKey(history, TOOLS.held).keys()]
    .filter((key) => !granted.has(key))
    .map((key) => `${TOOLS.held} ${key}: executed, and nobody approved it on record`);
}

function repeatedExecutions(history: History): string[] {
  const granted = grantedByKey(history);
  return [...executionsByKey(history, TOOLS.held)].flatMap(([key, times]) => {
    const approvals = granted.get(key)?.size ?? 0;
    return times > Math.max(approvals, 1)
      ? [`${TOOLS.held} ${key}: executed ${times} times by ${approvals} approvals`]
      : [];
  });
}

function unrecordedAnswers({ calls, audit }: History): string[] {
  const recorded = new Set(audit.map(({ traceId }) => traceId));
  return calls
    .filter(({ isAnswered, traceId }) => isAnswered && !recorded.has(traceId))
    .map(({ tool, key, ended }) => `${at(ended)} ${tool} ${key}: answered, and in no audit log`);
}

function answersOfNobody({ calls, executions }: History): string[] {
  const executed = new Set(executions.map(({ key }) => key));
  const answered = calls.filter(({ isAnswered }) => isAnswered);
  if (answered.length === 0) return ['no call was answered, so nothing was tried'];
  return answered
    .filter(({ key }) => !executed.has(key))
    .map(({ tool, key, ended }) => `${at(ended)} ${tool} ${key}: answered, and not in the log of the server`);
}

function lateRecoveries({ faults }: History): string[] {
  return faults.flatMap(({ name, ended, readyAt }) => {
    if (readyAt === undefined) return [`${at(ended)} ${name}: nothing was ready again`];
    const seconds = ((readyAt - ended) / 1_000).toFixed(1);
    return readyAt - ended > READY_LIMIT_MS ? [`${at(ended)} ${name}: ready again after ${seconds} s`] : [];
  });
}

function at(time: number): string {
  return new Date(time).toISOString();
}
