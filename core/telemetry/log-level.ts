/** The level of a process's log, as somebody asks for it while the process runs. */

/** What may be asked for. Not above `error`: whoever reaches the port must not be able to silence what goes wrong. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** As pino has it. */
interface Leveled {
  level: string;
  warn(facts: object, sentence: string): void;
}

/** Said while the log says more of the two: whoever reads it later has to know why there is more in it, or less. */
export function changeLevel(log: Leveled, now: LogLevel): void {
  const before = log.level;
  if (before === now) return;
  const isMore = LOG_LEVELS.findIndex((level) => level === now) < LOG_LEVELS.findIndex((level) => level === before);
  if (isMore) log.level = now;
  log.warn({ before, now }, 'the level of this log was changed');
  log.level = now;
}

/** Far more than a level takes. */
export const MAX_LEVEL_BYTES = 256;

/** The level that a body names, as plain text or as `{"level": "debug"}`; undefined when it names none. */
export function logLevelIn(body: string): LogLevel | undefined {
  const text = body.trim();
  const named = text.startsWith('{') ? memberOf(text) : text.toLowerCase();
  return LOG_LEVELS.find((level) => level === named);
}

function memberOf(text: string): string | undefined {
  try {
    const { level } = JSON.parse(text) as { readonly level?: unknown };
    return typeof level === 'string' ? level.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

/** The answer to a request about the level; `set` is what to do first. */
export interface LevelAnswer {
  readonly status: number;
  readonly body: object;
  readonly set?: LogLevel;
}

/**
 * `GET` asks, `PUT` sets (as zap's AtomicLevel serves it, which is what controllers for Kubernetes have). From elsewhere than this pod
 * nobody can: `kubectl port-forward` and `kubectl exec` come over loopback, and who may use those is for the cluster to say.
 */
export function answerLevel(method: string, body: string, level: string, isLocal: boolean): LevelAnswer {
  if (!isLocal) return { status: 403, body: { error: 'only over loopback; use kubectl port-forward or kubectl exec' } };
  if (method === 'GET') return { status: 200, body: { level } };
  if (method !== 'PUT') return { status: 405, body: { error: 'use GET, or PUT with a level' } };
  const wanted = logLevelIn(body);
  if (wanted !== undefined) return { status: 200, body: { level: wanted }, set: wanted };
  return { status: 400, body: { error: `that is no level; one of ${LOG_LEVELS.join(', ')}`, level } };
}
