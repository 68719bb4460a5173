/** A question to the archive as the parameters of a URL, and back. */
import { EFFECTS, type Effect } from '../../api/effects.ts';
import type { AuditQuery } from '../reading/query.ts';

const TEXTS = ['principal', 'target', 'outcome', 'rule', 'finding', 'session', 'trace', 'server', 'text'] as const;
const TIMES = ['since', 'until'] as const;

export function paramsOf(query: AuditQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of TEXTS) {
    const value = query[name];
    if (value !== undefined) params.set(name, value);
  }
  for (const name of TIMES) {
    const value = query[name];
    if (value !== undefined) params.set(name, String(value));
  }
  for (const effect of query.effects ?? []) params.append('effect', effect);
  if (query.all === true) params.set('all', 'true');
  return params;
}

/** A sentence where one is wrong or not known: a question that is only half understood has a wrong answer. */
export function queryIn(params: URLSearchParams): AuditQuery | string {
  const known = new Set<string>([...TEXTS, ...TIMES, 'effect', 'all']);
  for (const name of params.keys())
    if (!known.has(name)) return `${JSON.stringify(name)} is no question of the archive`;
  const query: Record<string, unknown> = {};
  for (const name of TEXTS) if (params.has(name)) query[name] = params.get(name) ?? '';
  for (const name of TIMES) {
    const value = params.get(name);
    if (value === null) continue;
    if (!/^[0-9]{1,15}$/.test(value)) return `${name} is a time in milliseconds since 1970`;
    query[name] = Number(value);
  }
  if (params.has('effect')) {
    const effects = params.getAll('effect');
    const wrong = effects.find((effect) => !EFFECTS.includes(effect as Effect));
    if (wrong !== undefined) return `effect is one of ${EFFECTS.join(', ')}`;
    query['effects'] = effects;
  }
  if (params.get('all') === 'true') query['all'] = true;
  return query;
}
