/** Which records a command is about, as its options say. */
import { type Command, Option } from 'commander';
import { EFFECTS, type Effect } from '../../core/api/effects.ts';
import { type AuditQuery, readTime } from '../../core/audit/reading/query.ts';
import { usageError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';

export interface QueryOptions extends Omit<AuditQuery, 'effects' | 'since' | 'until'> {
  readonly effect?: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

export function withQuery(command: Command): Command {
  return command
    .option('--principal <name>', 'who called')
    .option('--target <name>', 'tool, prompt or resource; with * at its end: all that begin so')
    .addOption(new Option('--effect <effects...>', 'what was decided').choices(EFFECTS))
    .option('--outcome <outcome>', 'how it ended: answered, refused, pending, …')
    .option('--rule <rule>', 'a rule that carried it, whole or behind its #')
    .option('--finding <name>', 'a detector, or the reason that it gives')
    .option('--session <id>', 'of this session')
    .option('--trace <id>', 'of this trace')
    .option('--server <name>', 'of this server, as namespace/name')
    .option('--since <time>', 'not before: 2h, 3d, 2026-11-21 or 2026-11-21T10:15')
    .option('--until <time>', 'before')
    .option('--text <text>', 'somewhere in the line');
}

export function queryOf({ effect, since, until, ...rest }: QueryOptions): AuditQuery {
  const effects = effect as readonly Effect[] | undefined;
  return { ...rest, effects, since: timeOf('--since', since), until: timeOf('--until', until) };
}

function timeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = readTime(text, Date.now());
  if (time !== undefined) return time;
  throw usageError(
    `${option} ${visible(text)} is no time`,
    'write 90s, 30m, 2h, 3d, 2026-11-21 or 2026-11-21T10:15:00Z',
  );
}
