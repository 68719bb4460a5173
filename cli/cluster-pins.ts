/**
 * The same of a cluster: what its operator keeps for all gates of a server. Through kubectl, which knows how this user gets in; what they
 * may do there is what Kubernetes lets them.
 */
import { definitionDigest } from '../core/inspect/definitions/definition.ts';
import { accept, isNew, type Pin, textOf } from '../operator/definitions/pin.ts';
import { keyOfPin, readPin, writePin } from '../operator/definitions/pins-object.ts';
import { LABEL, pinsConfigMapName, serverOfPins } from '../operator/names.ts';
import { UserError } from './errors.ts';
import { type ClusterOptions, kubectl, listOf } from './kubectl.ts';
import type { Pinned } from './pins-state.ts';

interface Listed {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

interface ListedRequest {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly server: string; readonly subject?: { readonly definition?: { readonly digest: string } } };
  readonly status?: { readonly state?: string };
}

/** Of all servers, or of one; by server, kind and name. */
export function readClusterPins(options: ClusterOptions, server?: string): Pinned[] {
  return objectsIn(options)
    .flatMap((object) => {
      const of = serverOfPins(object.metadata.name);
      const name = of && `${of.namespace}/${of.name}`;
      if (name === undefined || (server !== undefined && server !== name)) return [];
      return Object.values(object.data ?? {}).flatMap((text) => {
        const pin = readPin(text);
        return (pin && pinnedOf(name, pin)) ?? [];
      });
    })
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** By a vote where somebody is asked, with the right that takes; else by a write, which is for those who administer the operator. */
export function acceptClusterPin(options: ClusterOptions, { server, of }: Pinned): void {
  const [namespace = '', name = ''] = server.split('/');
  const requests = listOf(options, ['approvalrequests.sallyport.dev', '-n', namespace]) as readonly ListedRequest[];
  const request = requests.find(
    ({ spec, status }) =>
      spec.server === name && spec.subject?.definition?.digest === of.digest && status?.state === 'Pending',
  );
  if (request !== undefined) {
    const vote = { status: { decision: 'Approved' } };
    const what = ['approvalrequest.sallyport.dev', request.metadata.name, '-n', namespace, '--subresource=status'];
    patch(options, what, vote);
    return;
  }
  const object = objectsIn(options).find(
    ({ metadata }) => metadata.name === pinsConfigMapName({ namespace, server: name }),
  );
  const pin = readPin(object?.data?.[keyOfPin(of)]);
  if (object === undefined || pin === undefined)
    throw new UserError(`nothing is kept of ${server} any more`, 'try again');
  const { resourceVersion } = object.metadata;
  const data = { [keyOfPin(of)]: writePin(accept(pin, of.digest)) };
  const what = ['configmap', object.metadata.name, '-n', options.operatorNamespace];
  patch(options, what, { metadata: { resourceVersion }, data });
}

function pinnedOf(server: string, pin: Pin): Pinned | undefined {
  const { kind, name, first, accepted, refused, held, base, definition } = pin;
  const newest = definition && definitionDigest({ kind, value: definition });
  const waits = held.at(-1);
  const [digest, state] =
    waits !== undefined
      ? ([waits, isNew(pin, waits) ? 'new' : 'changed'] as const)
      : newest !== undefined && refused.includes(newest)
        ? ([newest, 'refused'] as const)
        : accepted.length > 0
          ? ([accepted.at(-1), 'accepted'] as const)
          : ([first, 'first-use'] as const);
  if (digest === undefined) return undefined;
  // What a person accepts is this text and no other.
  const text = textOf(pin, digest);
  return { server, of: { kind, name, digest }, state, definition: text, before: state === 'new' ? undefined : base };
}

function keyOf({ server, of }: Pinned): string {
  return `${server} ${of.kind} ${of.name}`;
}

function objectsIn(options: ClusterOptions): readonly Listed[] {
  const labelled = ['-l', `${LABEL.pins}=true`];
  return listOf(options, ['configmaps', '-n', options.operatorNamespace, ...labelled]) as readonly Listed[];
}

function patch(options: ClusterOptions, what: readonly string[], body: object): void {
  kubectl(options, ['patch', ...what, '--type=merge', '-p', JSON.stringify(body)]);
}
