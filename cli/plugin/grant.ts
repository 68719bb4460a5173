/** A standing grant made from a request: what it lets through is shown before it is made. */
import type { ApprovalGrant } from '../../core/api/approval-grant.ts';
import type { GrantArgument } from '../../core/api/grant-argument.ts';
import { type GrantOptions, grantFrom, type NewGrant } from '../../core/approvals/grant-from.ts';
import { parseDuration } from '../../core/duration.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { usageError, UserError } from '../errors.ts';
import type { Cluster } from './cluster.ts';
import { isConfirmed } from './confirm.ts';

export interface GrantWords {
  readonly for: string;
  readonly uses: number;
  readonly any?: readonly string[];
  readonly max?: readonly string[];
  readonly reason?: string;
  readonly name?: string;
  readonly digest?: string;
  readonly yes?: boolean;
}

/** What the API server made of it; undefined where the question was answered with no. */
export async function grant(
  cluster: Cluster,
  name: string,
  words: GrantWords,
  now: number,
): Promise<ApprovalGrant | undefined> {
  const options = optionsOf(words, now);
  const request = cluster.get(name);
  const user = cluster.whoAmI();
  const made = grantFrom(request, user === undefined ? options : { ...options, grantedBy: user });
  if ('problem' in made) throw new UserError(`no grant can be made of ${visible(name)}: ${made.problem}`);
  const isSure = await isConfirmed(request, words, () => renderGrant(made.grant), 'Grant this?');
  if (!isSure) return undefined;
  const { namespace, name: called } = made.grant.metadata;
  return cluster.create(made.grant, `grant ${namespace}/${visible(called)}`) as ApprovalGrant;
}

function optionsOf({ for: long, uses, any, max = [], reason, name }: GrantWords, now: number): GrantOptions {
  const pairs = max.map((pair): [string, number] => {
    const at = pair.lastIndexOf('=');
    const most = at <= 0 ? Number.NaN : Number(pair.slice(at + 1));
    if (pair.slice(at + 1).trim() === '' || !Number.isFinite(most))
      throw usageError(`--max ${visible(pair)} is no argument with a number`, 'write for example --max amount=5000');
    return [pair.slice(0, at), most];
  });
  return {
    ...{ forMs: durationOf(long), uses, now, max: Object.fromEntries(pairs) },
    ...(any === undefined ? {} : { any }),
    ...(reason === undefined ? {} : { reason }),
    ...(name === undefined ? {} : { name }),
  };
}

function durationOf(text: string): number {
  try {
    return parseDuration(text);
  } catch {
    throw usageError(`--for ${visible(text)} is no duration`, 'write for example 2h or 30m');
  }
}

/** Everything that it will let through. */
export function renderGrant({ metadata, spec }: NewGrant): string {
  const rows = [
    ['Grant', `${metadata.namespace}/${metadata.name}`],
    ['Lets through', `calls of the tool ${JSON.stringify(spec.tool)} of ${spec.server} by ${spec.principal.name}`],
    ['At most', spec.maxUses === 1 ? 'once' : `${spec.maxUses} times`],
    ['Until', spec.expiresAt],
    ['For', spec.rules.join(', ')],
  ];
  const lines = rows.map(([key = '', value = '']) => `${key.padEnd(13)} ${visible(value)}`);
  const said = spec.arguments.map((one) => `  | ${visible(argumentInWords(one))}`);
  return [...lines, said.length === 0 ? 'Without arguments' : 'With these arguments', ...said, ''].join('\n');
}

function argumentInWords({ at, any, enum: values, pattern, min, max, json }: GrantArgument): string {
  if (any === true) return `${at}: anything`;
  if (values !== undefined) return `${at}: ${values.map((value) => JSON.stringify(value)).join(' or ')}`;
  if (pattern !== undefined) return `${at}: text that matches ${pattern}`;
  if (json !== undefined) return `${at}: ${json}`;
  const ends = [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat();
  return `${at}: a number, ${ends.join(' and ')}`;
}

/** With how to take it back. */
export function renderGranted({ metadata, spec }: ApprovalGrant): string {
  const { namespace, name } = metadata;
  const revoke = `kubectl -n ${namespace} patch approvalgrants.sallyport.dev ${name} --type=merge -p '{"spec":{"revoked":true}}'`;
  return `granted: ${visible(name)}; ${spec.maxUses} calls until ${spec.expiresAt}; to take it back: ${visible(revoke)}\n`;
}
