/**
 * Records as events of the Open Cybersecurity Schema Framework 1.9: API Activity (6003) with the profiles of a security control and of
 * traces. What the schema has no place for is in `unmapped`.
 */
import type { Effect } from '../../api/effects.ts';
import { version } from '../../version.ts';
import { type AuditRecord, effectOf, findingsOf, rulesOf } from './read-record.ts';

const API_ACTIVITY = 6003;
const OTHER = 99;
/** Of the method alone: what a tool does is its server's to know. */
const ACTIVITY: Readonly<Record<string, [id: number, name: string]>> = {
  'resources/read': [2, 'Read'],
  'prompts/get': [2, 'Read'],
};

/** Informational, Low, Medium, High. */
const SEVERITY: Readonly<Record<Effect, [id: number, name: string]>> = {
  Allow: [1, 'Informational'],
  Log: [2, 'Low'],
  Redact: [2, 'Low'],
  RequireApproval: [3, 'Medium'],
  Deny: [4, 'High'],
};

const FAILED = new Set(['refused', 'pending', 'interrupted', 'client-gone', 'upstream-error']);

/** Only of decisions: what gates say of themselves is no API activity. */
export function ocsfEvent(record: AuditRecord): object {
  const { method, target, outcome, reason, detail, principal, server, session, traceId, stream, seq, time } = record;
  const effect = effectOf(record) ?? 'Allow';
  const [activityId, activity] = ACTIVITY[method] ?? [OTHER, method];
  const [severityId, severity] = SEVERITY[effect];
  const isRefused = effect === 'Deny' || outcome === 'refused';
  const failed = FAILED.has(outcome);
  const rules = rulesOf(record);
  return {
    activity_id: activityId,
    activity_name: activity,
    category_name: 'Application Activity',
    category_uid: 6,
    class_name: 'API Activity',
    class_uid: API_ACTIVITY,
    type_uid: API_ACTIVITY * 100 + activityId,
    severity,
    severity_id: severityId,
    time,
    message: detail === '' ? `${method} ${target === method ? '' : `${target} `}${outcome}` : detail,
    status: failed ? 'Failure' : 'Success',
    status_id: failed ? 2 : 1,
    status_code: reason,
    status_detail: outcome,
    action: isRefused ? 'Denied' : 'Allowed',
    action_id: isRefused ? 2 : 1,
    ...disposition(record, isRefused),
    actor: {
      user: {
        name: principal?.name ?? 'unknown',
        type: principal?.kind ?? 'unknown',
        type_id: principal === undefined ? 0 : OTHER,
        groups: (principal?.groups ?? []).map((name) => ({ name })),
      },
      ...(session === '' ? {} : { session: { uid: session } }),
    },
    api: { operation: target, service: { name: server }, request: { uid: `${stream}#${seq}` } },
    // Not on record for callers that are known, and the schema demands the object.
    src_endpoint: { name: principal?.name ?? 'unknown' },
    dst_endpoint: { svc_name: server },
    ...(rules.length === 0 ? {} : { firewall_rule: { name: rules.join(' ') } }),
    ...(record.revision === '' ? {} : { policy: { uid: record.revision } }),
    is_alert: isRefused || (record.answer !== undefined && record.answer.effect !== 'Allow'),
    trace: { uid: traceId },
    metadata: {
      version: '1.9.0',
      product: { name: 'Sallyport', vendor_name: 'Sallyport', version },
      profiles: ['security_control', 'trace'],
      uid: `${stream}#${seq}`,
      sequence: seq,
      log_name: stream,
    },
    unmapped: {
      findings: findingsOf(record),
      redacted: { ...record.call?.redacted, ...record.answer?.redacted },
      approval: record.approval,
      would_effect: record.call?.wouldEffect ?? record.answer?.wouldEffect,
      would_rules: [...(record.call?.wouldRules ?? []), ...(record.answer?.wouldRules ?? [])],
    },
  };
}

function disposition({ approval, answer }: AuditRecord, isRefused: boolean): object {
  if (isRefused) return { disposition: 'Blocked', disposition_id: 2 };
  if (approval?.state === 'Pending') return { disposition: 'Delayed', disposition_id: 14 };
  if (approval?.state === 'Consumed') return { disposition: 'Approved', disposition_id: 8 };
  // What was found in an answer, or changed in it, was seen to and passed on.
  if (answer !== undefined) return { disposition: 'Alert', disposition_id: 19 };
  return { disposition: 'Allowed', disposition_id: 1 };
}
