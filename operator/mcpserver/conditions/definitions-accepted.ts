/** DefinitionsAccepted: is what the gates have seen of the server's definitions what was used first, or what people have accepted? */
import { definitionOf } from '../../../core/api/approval-request.ts';
import { shownAnywhere } from '../../../core/shown/anywhere.ts';
import { stateOf } from '../../approvals/request.ts';
import type { StoredRequest } from '../../custom-resources.ts';
import type { StoredPins } from '../../definitions/pins-object.ts';
import { no, someOf, type Verdict, yes } from '../verdict.ts';

type StoredPin = StoredPins['pins'][number];

/** Undefined where no gate has told of any, since no pack wants them pinned. */
export function definitionsAccepted(
  { namespace = '', name }: { readonly namespace?: string; readonly name: string },
  stored: StoredPins | undefined,
  requests: Iterable<StoredRequest>,
): Verdict | undefined {
  if (stored === undefined || stored.pins.length === 0) return undefined;
  const held = stored.pins.filter((pin) => pin.held.length > 0);
  if (held.length === 0) {
    const pinned = stored.pins.length === 1 ? '1 definition is' : `${stored.pins.length} definitions are`;
    return yes('Pinned', `${pinned} pinned; no gate has seen another that nobody has decided on`);
  }
  const digests = new Set(held.flatMap((pin) => pin.held));
  const waiting = [...requests]
    .filter((request) => isPendingAbout(request, digests))
    .map(({ metadata }) => metadata.name);
  const what = someOf(held.map(nameOf));
  if (waiting.length > 0) {
    return no(
      'WaitingForApproval',
      `A gate has seen definitions that nobody has accepted: ${what}. They are left out and refused until somebody decides: kubectl -n ${namespace} describe approvalrequest.sallyport.dev ${someOf(waiting.sort(), 3)}.`,
    );
  }
  return no(
    'NotAccepted',
    `A gate has seen definitions that nobody has accepted: ${what}. To compare and accept them: sallyport pins diff --cluster --server ${namespace}/${name}, then pins accept; or write their digests into definitions.accept of a pack.`,
  );
}

function isPendingAbout(request: StoredRequest, digests: ReadonlySet<string>): boolean {
  return stateOf(request) === 'Pending' && digests.has(definitionOf(request)?.digest ?? '');
}

const MAX_NAME = 64;

function nameOf({ kind, name }: StoredPin): string {
  if (kind === 'instructions') return kind;
  const shown = shownAnywhere(name);
  return `${kind} "${shown.length > MAX_NAME ? `${shown.slice(0, MAX_NAME - 1)}…` : shown}"`;
}
