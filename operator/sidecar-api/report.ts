/** What a sidecar says of itself, kept as conditions of its pod: there kubectl shows it, and operators that come later find it. */
import * as z from 'zod';
import { MAX_ISSUERS } from '../../core/api/access-names.ts';
import { digestSchema } from '../../core/api/common.ts';
import { OLDEST_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { POD_CONDITION } from '../names.ts';
import type { Pod, PodCondition } from '../pod.ts';
import { formatUnderstanding } from '../policy-delivery/understanding.ts';

const text = z.string().max(2000);
/** Of a condition that is read in a terminal. */
const MAX_MESSAGE = 2000;

export const reportSchema = z.object({
  version: z.string().max(100),
  /** Absent: of a gate that is older than the question. */
  understands: z
    .object({ version: z.int().min(1).max(9999), features: z.array(z.string().regex(/^[\w.-]{1,64}$/)).max(256) })
    .default(OLDEST_UNDERSTANDING),
  policy: z.object({
    /** In force now; null: none. */
    revision: digestSchema.nullable(),
    /** Why the bundle that lies there was not taken; null: it was. */
    problem: text.nullable(),
  }),
  tokens: z.object({ clients: z.int().min(0), problems: z.array(text).max(1000) }),
  /** Absent: of a gate that fetches no keys, or is older than the question. */
  issuers: z
    .object({
      trusted: z.int().min(0).max(MAX_ISSUERS),
      away: z
        .array(z.object({ issuer: z.string().max(2048), why: text, since: z.iso.datetime(), usable: z.boolean() }))
        .max(MAX_ISSUERS),
    })
    .optional(),
  /** Which keys for the server are not to be had. Absent: of a gate that shows none. */
  credentials: z.object({ problems: z.array(text).max(1000) }).optional(),
  /** Absent: of a gate that has never been asked for TLS, or is older than the question. */
  tls: z.object({ notAfter: z.iso.datetime().nullable(), problem: text.nullable(), mounted: z.boolean() }).optional(),
  /** Absent: of a gate that shares no store, or is older than the question. `problem`: why it counts for itself, or refuses, now. */
  state: z.object({ problem: text.nullable() }).optional(),
  upstream: z.object({ loopbackOnly: z.boolean().nullable() }),
});

export type Report = z.infer<typeof reportSchema>;
type PodVerdict = Required<Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>>;

/** The revision comes first in the message: `revisionIn` of the pod's facts reads it back. */
export function conditionsFrom(report: Report): PodVerdict[] {
  const { version, understands, policy, tokens, tls, credentials, issuers, state, upstream } = report;
  const { revision, problem } = policy;
  const inForce = revision ?? 'no policy in force, every call is refused';
  const [first, ...more] = tokens.problems;
  const listed = tokens.clients === 1 ? '1 client' : `${tokens.clients} clients`;
  const { loopbackOnly } = upstream;
  return [
    problem === null && revision !== null
      ? said(POD_CONDITION.enforced, 'True', 'Enforced', revision)
      : said(
          POD_CONDITION.enforced,
          'False',
          problem === null ? 'NoPolicy' : 'BundleRejected',
          `${inForce}${problem === null ? '' : `; ${problem}`}`,
        ),
    said(POD_CONDITION.understands, 'True', 'Reported', formatUnderstanding(understands, version)),
    first === undefined
      ? said(POD_CONDITION.tokens, 'True', 'Accepted', listed)
      : said(POD_CONDITION.tokens, 'False', 'TokensRejected', andMore(first, more.length)),
    ...(tls === undefined ? [] : [certificateFrom(tls)]),
    ...credentialsIn(credentials),
    ...(issuers === undefined ? [] : [identityOf(issuers)]),
    ...(state === undefined ? [] : [stateFrom(state)]),
    loopbackOnly === null
      ? said(POD_CONDITION.loopbackOnly, 'Unknown', 'NotTried', 'where the server listens is not known yet')
      : loopbackOnly
        ? said(
            POD_CONDITION.loopbackOnly,
            'True',
            'LoopbackOnly',
            'the server does not answer at the address of the pod',
          )
        : said(POD_CONDITION.loopbackOnly, 'False', 'ListensBeyond', 'the server answers at the address of the pod'),
  ];
}

/** Of an issuer whose tokens are not taken at all first. */
function identityOf({ trusted, away }: NonNullable<Report['issuers']>): PodVerdict {
  const type = POD_CONDITION.identity;
  if (away.length === 0) return said(type, 'True', 'KeysRead', `the keys of ${trusted} issuers were read`);
  const lost = away.filter(({ usable }) => !usable);
  const sentences = [...lost, ...away.filter(({ usable }) => usable)].map(
    ({ issuer, why, since, usable }) =>
      `${issuer} since ${since}, and ${usable ? 'the keys of before go on for a day' : 'its tokens are not taken'} (${why})`,
  );
  return said(type, 'False', lost.length > 0 ? 'NoKeys' : 'IssuerAway', sentences.join('; ').slice(0, MAX_MESSAGE));
}

/** `certificateIn` of the pod's facts reads the reason back. */
function certificateFrom({ notAfter, problem, mounted }: NonNullable<Report['tls']>): PodVerdict {
  if (problem === null) return said(POD_CONDITION.certificate, 'True', 'Shown', notAfter ?? '');
  const reason = notAfter !== null ? 'Rejected' : mounted ? 'Missing' : 'NotMounted';
  return said(POD_CONDITION.certificate, 'False', reason, problem);
}

function stateFrom({ problem }: NonNullable<Report['state']>): PodVerdict {
  const type = POD_CONDITION.state;
  return problem === null
    ? said(type, 'True', 'Shared', 'it counts in the store that it shares with other gates')
    : said(type, 'False', 'StoreAway', problem);
}

/** Writes what differs from what the pod shows. */
export async function record(pod: Pod, report: Report, client: ApiClient, now: Date): Promise<void> {
  const shown = pod.status.conditions ?? [];
  const changed = conditionsFrom(report).flatMap((verdict) => {
    const before = shown.find(({ type }) => type === verdict.type);
    if (before?.status === verdict.status && before.message === verdict.message) return [];
    const moved = before?.status !== verdict.status || before.lastTransitionTime === undefined;
    return [{ ...verdict, lastTransitionTime: moved ? now.toISOString() : before.lastTransitionTime }];
  });
  if (changed.length === 0) return;
  const { namespace = '', name, uid } = pod.metadata;
  // With the uid: a namesake that came since is another pod.
  const patch = { metadata: { uid }, status: { conditions: changed } };
  await client.strategicPatch(RESOURCES.Pod, { namespace, name }, patch, { subresource: 'status' });
}

function credentialsIn(credentials: Report['credentials']): PodVerdict[] {
  if (credentials === undefined) return [];
  const [first, ...more] = credentials.problems;
  return [
    first === undefined
      ? said(POD_CONDITION.credentials, 'True', 'Read', 'all credentials for the server are there')
      : said(POD_CONDITION.credentials, 'False', 'CredentialsMissing', andMore(first, more.length)),
  ];
}

function andMore(first: string, more: number): string {
  return more === 0 ? first : `${first} (and ${more} more)`;
}

function said(type: string, status: PodCondition['status'], reason: string, message: string): PodVerdict {
  return { type, status, reason, message };
}
