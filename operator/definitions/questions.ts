/** Asks people about definitions that are held: an ApprovalRequest with what is other in it, if a pack of the server wants that. */
import type { Logger } from 'pino';
import { type DefinitionSubject, definitionOf, MAX_LINT_LINES } from '../../core/api/approval-request.ts';
import type { Clock } from '../../core/clock.ts';
import { definitionDigest } from '../../core/inspect/definitions/definition.ts';
import { inspectDefinition } from '../../core/inspect/definitions/inspect-definition.ts';
import { readableDiff } from '../../core/inspect/definitions/readable-diff.ts';
import type { JsonObject } from '../../core/mcp/message.ts';
import { shownAnywhere } from '../../core/shown/anywhere.ts';
import { type Requesters, UnknownRequesterError } from '../approvals/requesters.ts';
import { requestName } from '../approvals/name.ts';
import { type NewSpec, stateOf } from '../approvals/request.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import { type ApiClient, isConflict } from '../kit/api-client.ts';
import { policyConfigMapName } from '../names.ts';
import type { Told } from './pin.ts';
import type { ServerIdentity } from './pins-object.ts';

export interface AskedAbout {
  readonly told: Told;
  /** What it is compared with; undefined: nothing, or what there was no room for. */
  readonly before: JsonObject | undefined;
  /** Nothing of this name was ever used or accepted. */
  readonly isNew: boolean;
}

export interface DefinitionQuestionsParts {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly trust: Trust;
  readonly requesters: Requesters;
  readonly log: Logger;
}

/** A release that comes on a Friday is still there after a week away. */
const EXPIRES_MS = 7 * 24 * 3_600_000;
/** More questions than a person can weigh: of one name, and of a server that changes all of its tools at once. */
const MAX_PENDING_OF_NAME = 3;
const MAX_PENDING_OF_SERVER = 100;
/** As many characters as an ApprovalRequest takes. */
const MAX_NAME = 256;
const MAX_FINDING = 512;
const MAX_RULE = 256;

export class DefinitionQuestions {
  readonly #parts: DefinitionQuestionsParts;

  constructor(parts: DefinitionQuestionsParts) {
    this.#parts = parts;
  }

  /** Once for each definition, as long as the request of before is kept. */
  async ask(of: ServerIdentity, about: AskedAbout, requester: string): Promise<void> {
    const { client, clock, trust, log } = this.#parts;
    const { namespace, server } = of;
    const policy = this.#policyOf(namespace, server);
    // While anybody may have voted in any name nobody is asked; the gate tells again.
    if (policy === undefined || trust.distrust !== undefined) return;
    const { kind, digest } = about.told;
    const shown = shownName(about.told);
    const known = this.#requestsOf(namespace, server);
    if (known.some((one) => one.digest === digest)) return;
    const pending = known.filter(({ state }) => state === 'Pending');
    const ofName = pending.filter((one) => one.kind === kind && one.name === shown);
    if (ofName.length >= MAX_PENDING_OF_NAME || pending.length >= MAX_PENDING_OF_SERVER) {
      log.warn({ namespace, server, name: shown }, 'too many definitions of this server wait for a person');
      return;
    }
    const subject = subjectOf(about);
    const principal = this.#principalOf(namespace, requester);
    if (principal === undefined) return;
    const spec: NewSpec = {
      server,
      subject: { type: 'Definition', definition: subject },
      principal,
      reason: reasonOf(subject),
      rule: policy.rules.join(', ').slice(0, MAX_RULE),
      revision: policy.revision,
      expiresAt: new Date(clock.now() + EXPIRES_MS).toISOString(),
    };
    const key = `${namespace}/${server} ${subject.digest}`;
    const name = requestName({ key, server, target: subject.name, revision: '' }, 0);
    try {
      await client.create(CUSTOM_RESOURCES.ApprovalRequest, { metadata: { namespace, name }, spec });
    } catch (error) {
      // Another replica was faster.
      if (!isConflict(error)) throw error;
    }
  }

  /** Undefined while it cannot be told who stands behind it: they might be who decides. */
  #principalOf(namespace: string, name: string): NewSpec['principal'] | undefined {
    const { requesters, log } = this.#parts;
    const principal = { name, groups: [] };
    try {
      return { ...principal, ...requesters.behind(namespace, principal) };
    } catch (error) {
      if (!(error instanceof UnknownRequesterError)) throw error;
      log.warn({ err: error, namespace }, 'nobody is asked about definitions');
      return undefined;
    }
  }

  #requestsOf(namespace: string, server: string): (DefinitionSubject & { readonly state: string })[] {
    return [...this.#parts.caches.approvals.byIndex('server', `${namespace}/${server}`)].flatMap((request) => {
      const definition = definitionOf(request);
      return definition === undefined ? [] : [{ ...definition, state: stateOf(request) }];
    });
  }

  /** From what the operator wrote, and not from what a gate says; undefined: nobody is to be asked. */
  #policyOf(
    namespace: string,
    server: string,
  ): { readonly revision: string; readonly rules: readonly string[] } | undefined {
    const stored = this.#parts.caches.configMaps.get({ namespace, name: policyConfigMapName(server) });
    for (const { revision, rules } of stored?.revisions ?? []) {
      if (rules.ofDefinitions.length > 0) return { revision, rules: rules.ofDefinitions };
    }
    return undefined;
  }
}

/** Pure: what a person is shown. */
export function subjectOf({ told, before, isNew }: AskedAbout): DefinitionSubject {
  const { kind, name, digest, definition } = told;
  const findings = inspectDefinition({ kind, name, value: definition }).map(({ detector, pointer, message }) =>
    cut(shownAnywhere(`${detector}${pointer === '' ? '' : ` at ${pointer}`}: ${message}`), MAX_FINDING),
  );
  return {
    kind: kind as DefinitionSubject['kind'],
    name: shownName(told),
    change: isNew ? 'New' : 'Changed',
    digest,
    ...(before === undefined ? {} : { before: definitionDigest({ kind, value: before }) }),
    findings: findings.slice(0, MAX_LINT_LINES),
    diff: readableDiff(before, definition, isNew || before !== undefined ? [] : [NOTHING_KEPT]),
  };
}

const NOTHING_KEPT = '… what was said before is not kept, for it was too long: what it says now is shown';

function shownName({ kind, name }: Pick<Told, 'kind' | 'name'>): string {
  return cut(kind === 'instructions' ? kind : shownAnywhere(name === '' ? '(no name)' : name), MAX_NAME);
}

function reasonOf({ kind, name, change }: DefinitionSubject): string {
  const what = kind === 'instructions' ? 'its instructions' : `${kind} ${JSON.stringify(name)}`;
  return change === 'New'
    ? `what the server says of ${what} has not been accepted by anybody`
    : `what the server says of ${what} is not what was used or accepted before`;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}
