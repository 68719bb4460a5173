/**
 * The key with which the gates of one server seal the state handles they give to clients: the same for all its pods, since a client
 * may come back to another one, and another for each server.
 */
import type { HandleKeyService } from '../handle-keys/service.ts';

const PURPOSE = 'sallyport handle key v1';

export interface ServerIdentity {
  readonly namespace: string;
  readonly name: string;
  /** A server that was deleted and made again is another one. */
  readonly uid: string;
}

/** As a report is answered: 32 bytes each, base64url. `nextHandleKey` opens handles and seals none: it is about to replace the other,
 * or was replaced by it just now. */
export interface HandleKeyAnswer {
  readonly handleKey: string;
  readonly nextHandleKey?: string;
}

export function handleKeyOf(
  { namespace, name, uid }: ServerIdentity,
  keys: Pick<HandleKeyService, 'of'>,
): HandleKeyAnswer {
  // Neither names nor uids have a space or a slash in them, so no two servers share the text.
  const { current, other } = keys.of(`${PURPOSE} ${namespace}/${name} ${uid}`);
  return {
    handleKey: current.toString('base64url'),
    ...(other === undefined ? {} : { nextHandleKey: other.toString('base64url') }),
  };
}
