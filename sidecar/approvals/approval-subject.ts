/** What a person is asked about a call: exactly that call, bound by its digest. */
import { callDigest } from '../../core/mcp/call-digest.ts';
import { MAX_CAME, MAX_SHOWN_FINDING, MAX_SHOWN_FINDINGS, type Shown } from '../../core/api/approval-shown.ts';
import type { Secret } from '../../core/credentials/secret.ts';
import type { DefinitionCard } from '../../core/inspect/definitions/card.ts';
import type { Redacted } from '../../core/inspect/content/redact.ts';
import { JsonView } from '../../core/mcp/json-view.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import { type Message, isObject } from '../../core/mcp/message.ts';
import { type NumberSpelling, numberSpelling } from '../../core/mcp/number-spelling.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { describeTarget } from '../../core/policy/explain.ts';
import { shownAnywhereWithin } from '../../core/shown/anywhere.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { type Principal, principalKey } from '../../core/policy/principal.ts';
import type { ApprovalSubject } from './approval.ts';
import type { ApprovalDigests } from './digests.ts';
import { hiddenFrom } from './grantable.ts';
import { maskedPreview } from './masked.ts';
import { withoutKeys } from './without-keys.ts';

/** Naming an approval in `_meta` is optional; identical arguments are enough. */
const APPROVAL_META_KEY = 'sallyport.dev/approval';

/** What has to be known of a call to ask a person about it. */
export interface CallToApprove {
  readonly message: Message | undefined;
  readonly body: Buffer | undefined;
  /** False when a number of the body cannot be told from its neighbours. */
  readonly exact: boolean;
  readonly principal: Principal | undefined;
  readonly policy: Policy | undefined;
  readonly targets: readonly Target[];
  readonly verdict: Verdict | undefined;
  /** By kind, how much is taken out of the body before it is sent. */
  readonly redacted: Redacted | undefined;
  /** Of the tool or prompt, as its server listed it last; undefined where no list has had it. */
  readonly pin: string | undefined;
  readonly card: DefinitionCard | undefined;
  readonly digests: ApprovalDigests;
  /** Of the gate itself, for the server behind it: nobody is shown one. */
  readonly keys: readonly Secret[];
}

/** `impossible` says why nobody can be asked. */
export function subjectOf(
  call: CallToApprove,
): { readonly subject: ApprovalSubject } | { readonly impossible: string } {
  const { message, body, principal, policy, verdict } = call;
  const target = call.targets[0];
  if (message?.kind !== 'request' || principal === undefined || policy === undefined || target === undefined) {
    return { impossible: 'the call names nothing that could be approved' };
  }
  const terms = verdict?.obligations.approval;
  if (verdict === undefined || terms === undefined) return { impossible: 'the rule has no approval terms' };
  if (body === undefined) return { impossible: 'the call has no text that could be shown' };
  // Two different texts would have one digest; a person would approve one and the server run the other.
  if (!call.exact) return { impossible: 'a number is too large to be shown exactly; send it as a string' };
  const numbers = numbersOf(call);
  if (numbers === undefined || !numbers.exact) {
    return { impossible: 'a number has more digits than can be shown exactly; send it as a string' };
  }
  if (!numbers.complete) return { impossible: 'too many numbers have an unusual spelling; write 5, not 5.0 or 5e0' };
  const { namespace, name: server } = policy.bundle.server;
  const plan = policy.content('arguments').forPeople(target.kind === 'tool' ? target.name : undefined);
  const { preview: said, redacted } = maskedPreview({ body, target: target.name, plan, taken: call.redacted });
  const preview = withoutKeys(said, call.keys);
  const plain = callDigest(
    `${namespace}/${server}`,
    principalKey(principal),
    message.method,
    message.params,
    numbers.unusual,
  );
  return {
    subject: {
      namespace,
      server,
      method: message.method,
      // Not its arguments: the request is kept when the call is long over, and the preview shows them.
      target: { kind: target.kind, name: target.name, args: undefined },
      principal,
      // Of the params as they came, because identical ones are what an approval is for; a person sees what the server will get of them.
      digest: call.digests.of(plain),
      pin: call.pin,
      preview,
      // `5.0` is shown as `5`, which a grant would take it for.
      hidden: numbers.unusual.size > 0 ? undefined : hiddenFrom(message.method, message.params, preview),
      shown: shownOf(call.card, verdict, redacted),
      reason: verdict.causes[0]?.detail ?? `${describeTarget(target)} needs approval`,
      ...cameBefore(verdict),
      rules: verdict.rules,
      revision: policy.revision,
      expiresMs: terms.expiresMs,
      quorums: terms.quorums,
    },
  };
}

/** The name of the earlier call is its server's, and so shown as one. */
function cameBefore({ causes }: Verdict): Pick<ApprovalSubject, 'came'> {
  const detail = causes.find(({ kind }) => kind === 'history')?.detail;
  return detail === undefined ? {} : { came: shownAnywhereWithin(detail, MAX_CAME) };
}

function shownOf(card: DefinitionCard | undefined, verdict: Verdict, redacted: NonNullable<Shown['redacted']>): Shown {
  // Without what was found itself, which the preview shows or has its reasons not to.
  const found = verdict.findings.map(({ detector, reason, pointer }) =>
    shownAnywhereWithin(`${detector} ${reason}${pointer === '' ? '' : ` at ${pointer}`}`, MAX_SHOWN_FINDING),
  );
  const findings = [...new Set(found), ...(card?.shown.findings ?? [])].slice(0, MAX_SHOWN_FINDINGS);
  return {
    ...card?.shown,
    ...(findings.length === 0 ? {} : { findings }),
    ...(redacted.length === 0 ? {} : { redacted }),
  };
}

/** Read from the text, which the parsed message no longer has; undefined where it cannot be. */
function numbersOf({ body }: CallToApprove): NumberSpelling | undefined {
  const view = body === undefined ? undefined : JsonView.of(body);
  const span = view?.span('params');
  if (body === undefined || view === undefined) return undefined;
  return span === undefined
    ? { unusual: new Map(), exact: true, complete: true }
    : numberSpelling(body.toString('utf8', span.start, span.end));
}

/** The approval that the client says it waits for. */
export function namedApproval(message: Message | undefined): string | undefined {
  const meta = message?.kind === 'request' ? message.params['_meta'] : undefined;
  const name = isObject(meta) ? meta[APPROVAL_META_KEY] : undefined;
  return typeof name === 'string' ? name : undefined;
}
