/** grantFrom(request, options) → the ApprovalGrant that lets calls like this one through: pure. Who makes it sends it to the API server. */
import { type ApprovalGrant, MAX_GRANT_GROUPS, MAX_GRANT_RULES } from '../api/approval-grant.ts';
import { API_VERSION } from '../api/common.ts';
import { type ApprovalRequest, callOf } from '../api/approval-request.ts';
import {
  type GrantArgument,
  MAX_GRANT_ARGUMENTS,
  MAX_GRANTED_JSON,
  MAX_GRANTED_TEXT,
  MAX_POINTER,
} from '../api/grant-argument.ts';
import { MAX_USES } from '../api/rules/grants.ts';
import { canonicalJson } from '../canonical-json.ts';
import { escapePart } from '../json-pointer.ts';

export interface GrantOptions {
  /** How long it is to stand, milliseconds. */
  readonly forMs: number;
  readonly uses: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Arguments that may be anything, as JSON Pointers or names (`memo`). Every other one stays exactly what it is. */
  readonly any?: readonly string[];
  /** Numbers that may be at most so much, by pointer or name. */
  readonly max?: Readonly<Record<string, number>>;
  /** In the words of who makes it. */
  readonly reason?: string | undefined;
  /** As the API server knows them (`kubectl auth whoami`). Default: left out, which Kubernetes 1.36 fills in. */
  readonly grantedBy?: { readonly username: string; readonly groups?: readonly string[] };
  /** Default: that of the request. */
  readonly name?: string;
}

/** `grantedBy` may be for the API server to fill in. */
export type NewGrant = Omit<ApprovalGrant, 'spec' | 'status'> & {
  readonly spec: Omit<ApprovalGrant['spec'], 'grantedBy'> & Partial<Pick<ApprovalGrant['spec'], 'grantedBy'>>;
};

/** What of a request is read; of older ones some is not there. */
export type GrantableRequest = Pick<ApprovalRequest, 'metadata'> & {
  readonly spec: Omit<ApprovalRequest['spec'], 'subject'> & Partial<Pick<ApprovalRequest['spec'], 'subject'>>;
};

/** Marks that stand in a preview for what it does not show: it is not known what the call has there. */
const MARKS = [/… \[\d+ more characters\]$/, /^\[redacted[:\]]/, /\[redacted: [^\]]*\]/];
const MARKED = new Set(['[nested too deep to show]', '[too much to show]']);
const MORE = /^\[\d+ more (items|members)\]$/;

/** `problem`: why there can be none, and what to do instead, in one sentence. */
export function grantFrom(request: GrantableRequest, options: GrantOptions): { grant: NewGrant } | { problem: string } {
  const { metadata, spec } = request;
  const call = callOf(request);
  const problem = whyNoGrant(call, spec.rule, options);
  if (problem !== undefined || call?.tool === undefined) return { problem: problem ?? NOT_A_TOOL };
  const { any = [], max = {} } = options;
  const named = new Map<string, GrantArgument>();
  for (const at of any.map(pointerOf)) named.set(at, { at, any: true });
  for (const [name, most] of Object.entries(max)) named.set(pointerOf(name), { at: pointerOf(name), max: most });
  const said = argumentsOf(call.preview, named);
  if ('problem' in said) return said;
  const pin = 'pin' in call && typeof call.pin === 'string' ? { pin: call.pin } : {};
  return {
    grant: {
      apiVersion: API_VERSION,
      kind: 'ApprovalGrant',
      metadata: { name: options.name ?? metadata.name, namespace: metadata.namespace },
      spec: {
        server: spec.server,
        tool: call.tool,
        principal: provenName(spec.principal),
        arguments: said.arguments,
        rules: rulesOf(spec.rule),
        ...pin,
        maxUses: options.uses,
        expiresAt: new Date(options.now + options.forMs).toISOString(),
        request: metadata.name,
        ...(options.reason === undefined ? {} : { reason: options.reason }),
        ...(options.grantedBy === undefined ? {} : { grantedBy: grantorOf(options.grantedBy, spec.quorums) }),
      },
    },
  };
}

/** All groups but the one that everybody is in; of more than a grant keeps, those first that the request asks for. */
function grantorOf(
  { username, groups = [] }: NonNullable<GrantOptions['grantedBy']>,
  quorums: ApprovalRequest['spec']['quorums'] = [],
): ApprovalGrant['spec']['grantedBy'] {
  const asked = new Set(quorums.flatMap(({ approvers }) => approvers?.groups ?? []));
  const own = [...new Set(groups)].filter((group) => group !== 'system:authenticated');
  const kept =
    own.length <= MAX_GRANT_GROUPS
      ? own
      : own.toSorted((a, b) => Number(asked.has(b)) - Number(asked.has(a))).slice(0, MAX_GRANT_GROUPS);
  return { username, ...(kept.length === 0 ? {} : { groups: kept }) };
}

const NOT_A_TOOL = 'only calls of tools can be granted; decide on this request by itself';

function whyNoGrant(call: ReturnType<typeof callOf>, rule: string, { forMs, uses }: GrantOptions): string | undefined {
  if (call?.tool === undefined || call.method !== 'tools/call') return NOT_A_TOOL;
  if (!Number.isSafeInteger(uses) || uses < 1 || uses > MAX_USES) return `a grant has 1 to ${MAX_USES} uses`;
  if (!(forMs > 0)) return 'a grant stands for some time; say for how long, for example 2h';
  const rules = rulesOf(rule);
  // The field has room for so many characters, and one that is cut names a rule that there is not.
  if (rule.endsWith('…') || rules.length > MAX_GRANT_RULES || rules.length === 0)
    return 'the request does not name all the rules that hold the call; write the grant by hand';
  return undefined;
}

function rulesOf(rule: string): string[] {
  return [...new Set(rule.split(', ').filter((id) => id !== ''))];
}

function pointerOf(name: string): string {
  return name.startsWith('/') ? name : `/${escapePart(name)}`;
}

/** One entry for each argument, or for what of it is named in the options; whatever is not named stays as it is. */
function argumentsOf(
  preview: Readonly<Record<string, unknown>>,
  named: Map<string, GrantArgument>,
): { arguments: GrantArgument[] } | { problem: string } {
  const said: GrantArgument[] = [];
  const left = new Map(named);
  const visit = (value: unknown, at: string): string | undefined => {
    const own = named.get(at);
    if (own !== undefined) {
      left.delete(at);
      said.push(own);
      return own.max === undefined || typeof value === 'number'
        ? undefined
        : `the argument ${at} is no number; name another`;
    }
    const isPartlyNamed = [...named.keys()].some((other) => other.startsWith(`${at}/`));
    if (isPartlyNamed && typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
      for (const [key, member] of Object.entries(value)) {
        const problem = visit(member, `${at}/${escapePart(key)}`);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    const exact = exactly(value, at);
    if (typeof exact === 'string') return exact;
    said.push(exact);
    return undefined;
  };
  for (const [key, value] of Object.entries(preview)) {
    if (MORE.test(String(value)))
      return { problem: 'the request does not show all arguments; write the grant by hand' };
    const problem = visit(value, `/${escapePart(key)}`);
    if (problem !== undefined) return { problem };
  }
  // An optional argument that this call does not have may be let through all the same.
  for (const one of left.values()) {
    if (one.any !== true) return { problem: `the call has no argument ${one.at}; name one that it has` };
    said.push(one);
  }
  if (said.length > MAX_GRANT_ARGUMENTS || said.some(({ at }) => at.length > MAX_POINTER))
    return { problem: 'the call has too many arguments, or too long names, to be granted; write the grant by hand' };
  return { arguments: said };
}

function exactly(value: unknown, at: string): GrantArgument | string {
  if (isMarked(value))
    return `the argument ${at} is not shown whole, so it cannot be kept as it is; let it be anything, or decide on each call`;
  if (typeof value === 'string' && value.length <= MAX_GRANTED_TEXT) return { at, enum: [value] };
  if (typeof value === 'number' && Number.isSafeInteger(value)) return { at, enum: [value] };
  const json = canonicalJson(value);
  if (json.length > MAX_GRANTED_JSON)
    return `the argument ${at} is too long to be kept as it is; let it be anything, or decide on each call`;
  return { at, json };
}

function isMarked(value: unknown): boolean {
  if (typeof value === 'string') return MARKED.has(value) || MORE.test(value) || MARKS.some((mark) => mark.test(value));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => isMarked(key) || isMarked(member));
}

function provenName({ name, issuer }: { readonly name: string; readonly issuer?: string | undefined }) {
  return issuer === undefined ? { name } : { name, issuer };
}
