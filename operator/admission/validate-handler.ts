/** `/validate`: MCPServers and PolicyPacks that are about to be written. */
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { sentence } from '../../core/api/check-object.ts';
import { checkPatterns, type PackFinding } from '../../core/api/patterns/check-pack.ts';
import { formatPath, showValue } from '../../core/api/problem.ts';
import { checkPackPlacement, type PolicyPack } from '../../core/api/policy-pack.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { RawObject } from '../kit/resource.ts';
import { isPodOf, selectorOf } from '../placement.ts';
import type { Gate } from '../policy-delivery/plan.ts';
import { tooOldFor } from '../policy-delivery/too-old.ts';
import { check, compileProblem, standIn } from './problems.ts';
import { whoHalts } from './who-halts.ts';
import { type AdmissionAnswer, type AdmissionHandler, type AdmissionRequest, type Cause, subjectOf } from './review.ts';

export interface ValidateLookups {
  /** The namespace of the operator, whose packs may reach other namespaces. */
  readonly rootNamespace: string;
  /** The servers there are in a namespace. */
  readonly servers: (namespace: string) => readonly MCPServer[];
  /** The servers that a pack applies to. */
  readonly serversOf: (pack: PolicyPack) => readonly MCPServer[];
  /** The gates that run before a server. */
  readonly gatesOf: (server: MCPServer) => readonly Gate[];
}

/** More would be cut off somewhere between here and the reader. */
const MAX_CAUSES = 20;
const MAX_WARNINGS = 10;
const MAX_WARNING = 256;

export function validateHandler(lookups: ValidateLookups): AdmissionHandler {
  return {
    reasons: {
      allowed: ['valid', 'unchanged', 'going', 'not-ours'],
      refused: ['invalid', 'wrong-namespace', 'not-yourself', 'does-not-compile', 'matches-nothing'],
    },
    answer(request) {
      const { operation, object, oldObject, subResource = '' } = request;
      if (operation === 'DELETE' || object === null || object === undefined || subResource !== '') {
        return { allowed: true, reason: 'not-ours' };
      }
      // What was written before there was a rule has to remain deletable: taking out the last finalizer is an update.
      if (object.metadata.deletionTimestamp !== undefined) return { allowed: true, reason: 'going' };
      if (operation === 'UPDATE' && oldObject && isUnchanged(object, oldObject)) {
        return { allowed: true, reason: 'unchanged' };
      }
      switch (request.kind.kind) {
        case 'MCPServer':
          return checkServer(request, object, lookups);
        case 'PolicyPack':
          return checkPack(request, object, lookups);
        default:
          return { allowed: true, reason: 'not-ours' };
      }
    },
  };
}

/** Labels choose packs; everything else of the metadata is bookkeeping. */
function isUnchanged(object: RawObject, old: RawObject): boolean {
  return meaningOf(object) === meaningOf(old);
}

function meaningOf({ spec = {}, metadata }: RawObject): string {
  return canonicalJson({ spec, labels: metadata.labels ?? {} });
}

function checkServer(request: AdmissionRequest, object: RawObject, lookups: ValidateLookups): AdmissionAnswer {
  const checked = check('MCPServer', request, object);
  if ('faults' in checked) return refuse(request, 'invalid', checked.faults);
  const server = checked.value;
  const problem = compileProblem(server, []);
  if (problem !== undefined) return refuse(request, 'does-not-compile', [{ field: 'spec', message: problem }]);
  const warnings = [...elsewhere(server), ...rivals(server, lookups.servers(server.metadata.namespace))];
  return { allowed: true, reason: 'valid', warnings };
}

/** Legal, because the same file works without a cluster; on one it does nothing. */
function elsewhere({ spec }: MCPServer): string[] {
  const way = (['remote', 'stdio'] as const).find((one) => spec[one] !== undefined);
  if (way === undefined) return [];
  return [`spec.${way} is for a gate outside of a cluster and has no pods here; write spec.workload or spec.run`];
}

/** Pods that two servers select are refused; whether there are such pods, admission cannot know. */
function rivals(server: MCPServer, others: readonly MCPServer[]): string[] {
  const mine = selectorOf(server);
  const names = others
    .filter((other) => other.metadata.name !== server.metadata.name)
    .filter((other) => isPodOf(server, selectorOf(other)) || isPodOf(other, mine))
    .map(({ metadata }) => metadata.name);
  if (names.length === 0) return [];
  return [
    `pods that MCPServer ${names.join(' and ')} selects may be selected by this one, too, and would then be refused`,
  ];
}

function checkPack(request: AdmissionRequest, object: RawObject, lookups: ValidateLookups): AdmissionAnswer {
  const checked = check('PolicyPack', request, object);
  if ('faults' in checked) return refuse(request, 'invalid', checked.faults);
  const pack = checked.value;
  const misplaced = checkPackPlacement(pack, lookups.rootNamespace);
  if (misplaced.length > 0) {
    const causes = misplaced.map(({ path, message, mend }) => ({ field: path, message: sentence(message, mend) }));
    return refuse(request, 'wrong-namespace', causes);
  }
  const unsaid = whoHalts(pack, request);
  if (unsaid !== undefined) return refuse(request, 'not-yourself', [unsaid]);
  const problem = compileProblem(standIn(pack), [pack]);
  if (problem !== undefined) return refuse(request, 'does-not-compile', [{ field: 'spec', message: problem }]);
  const patterns = checkPatterns(pack);
  const impossible = patterns.filter((finding) => finding.impossible);
  if (impossible.length > 0) return refuse(request, 'matches-nothing', impossible.map(causeOf));
  const strange = patterns.slice(0, MAX_WARNINGS).map(causeOf);
  const warnings = strange.map(({ field, message }) => shortened(`${field}: ${message}`));
  const tooOld = tooOldFor(pack, lookups.serversOf(pack).flatMap(lookups.gatesOf)).map(shortened);
  return { allowed: true, reason: 'valid', warnings: [...uselessPack(pack, lookups), ...tooOld, ...warnings] };
}

function causeOf({ path, pattern, message, mend }: PackFinding): Cause {
  return { field: formatPath(path), message: sentence(`${showValue(pattern)} ${message}`, mend) };
}

function uselessPack(pack: PolicyPack, { serversOf, servers }: ValidateLookups): string[] {
  if (serversOf(pack).length > 0) return [];
  const { namespace } = pack.metadata;
  const there = servers(namespace).map(({ metadata }) => metadata.name);
  const known =
    there.length === 0 ? `there is none in namespace ${namespace}` : `in ${namespace} there are ${cut(there)}`;
  return [`the pack applies to no MCPServer so far (${known})`];
}

/** A warning of more than 256 characters is cut by the API server when there are many. */
function shortened(warning: string): string {
  return warning.length <= MAX_WARNING ? warning : `${warning.slice(0, MAX_WARNING - 1)}…`;
}

function cut(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function refuse(request: AdmissionRequest, reason: string, all: readonly Cause[]): AdmissionAnswer {
  const causes = all.slice(0, MAX_CAUSES);
  const lines = causes.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`));
  if (all.length > causes.length) lines.push(`and ${all.length - causes.length} more`);
  const message = `${subjectOf(request)} is not valid: ${lines.join('\n')}`;
  return { allowed: false, reason, message, causes };
}
