/** What is wrong with a custom resource, found by the schemas and the compiler that sidecars use, field by field. */
import { checkObject } from '../../core/api/check-object.ts';
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { PolicyPack } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { readBundle } from '../../core/policy/read-bundle.ts';
import type { RawObject } from '../kit/resource.ts';
import type { AdmissionRequest } from './review.ts';

/** What is wrong with an object, field by field. */
export function check<K extends 'MCPServer' | 'PolicyPack'>(kind: K, request: AdmissionRequest, object: RawObject) {
  return checkObject(kind, complete(request, object));
}

/** As the API server will store it, as far as that is known: the name may be yet to be made, and the status is not the user's. */
function complete({ name, namespace }: AdmissionRequest, { status: _status, ...object }: RawObject) {
  const { metadata } = object;
  const given = metadata.name ?? name ?? '';
  // The server appends five characters to what it is given.
  const called = given === '' ? `${metadata.generateName ?? ''}xxxxx` : given;
  return { ...object, metadata: { ...metadata, name: called, ...(namespace === undefined ? {} : { namespace }) } };
}

/** What only shows when a bundle is made: the sidecar would refuse it, and go on with the one before. */
export function compileProblem(server: MCPServer, packs: readonly PolicyPack[]): string | undefined {
  const read = readBundle(compile(server, packs).text);
  return 'problem' in read ? read.problem : undefined;
}

/** A server that the pack applies to, so that the pack can be compiled where there is none yet. */
export function standIn({ metadata, spec }: PolicyPack): MCPServer {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'server', namespace: metadata.namespace, labels: spec.targets?.matchLabels ?? {} },
    spec: { remote: { url: 'http://127.0.0.1:8080/mcp' } },
  };
}
