/**
 * Names that a gate gives to clients in place of the server's own, so that any replica can tell whose they are: `sps1.SEALED.OWN`, where
 * OWN is the name that the server gave, and SEALED the address of the gate that has it. The address is encrypted and bound to server and
 * name (AES-256-GCM, NIST SP 800-38D) by the key that the gates of a server share: a client can neither read nor name one.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { BoundedMap } from './bounded-map.ts';

/** What is named. A name of one kind is none of the other. */
export type HandleKind = 'session' | 'task';

/** Where a gate takes what other gates pass on. */
export interface GateAddress {
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
}

export interface OpenedHandle {
  /** As the client has it. */
  readonly handle: string;
  /** The server's own. */
  readonly id: string;
  /** The gate that has it; undefined when that is this one, or is not known. */
  readonly owner: GateAddress | undefined;
}

const PREFIX = 'sps1.';
const PURPOSE = 'sallyport pod handles v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** The seal adds fewer than 128 characters, and Node takes heads of 16 KiB: an own name that is very long stays as it is. */
const MAX_ID_LENGTH = 4_096;
/** An IPv6 address and a port take 100 characters. */
const MAX_SEALED_LENGTH = 128;
/** A client names its session with every call. */
const MAX_KNOWN = 2_048;

interface Keys {
  readonly seal: Buffer;
  readonly nonce: Buffer;
}

export class PodHandles {
  readonly #server: string;
  /** The first one seals. */
  #keys: readonly Keys[] = [];
  #here: GateAddress | undefined = undefined;
  #known = new BoundedMap<string, OpenedHandle>(MAX_KNOWN);

  /** `server`: `namespace/name`. */
  constructor(server: string) {
    this.#server = server;
  }

  /** The key that all replicas share, and those before and after it. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#keys = [key, ...others].map((one) => ({
      seal: createHmac('sha256', one).update(PURPOSE).digest(),
      nonce: createHmac('sha256', one).update(`${PURPOSE} nonce`).digest(),
    }));
    this.#known = new BoundedMap(MAX_KNOWN);
  }

  /** Where other gates reach this one. */
  listensAt(here: GateAddress): void {
    this.#here = here;
  }

  /** Whether others can make anything of the names that this gate gives. */
  get seals(): boolean {
    return this.#keys.length > 0 && this.#here !== undefined;
  }

  /** The name for the client; the server's own as long as no other gate could make anything of it. The same id always gives the same. */
  seal(id: string, kind: HandleKind = 'session'): string {
    const [keys] = this.#keys;
    if (keys === undefined || this.#here === undefined || id === '' || id.length > MAX_ID_LENGTH) return id;
    const { address, port } = this.#here;
    const said = `${address} ${port}`;
    const about = this.#about(kind, id);
    // Synthetic: two that are equal are of equal texts, under one key (as in RFC 5297 §1.3.2).
    const nonce = createHmac('sha256', keys.nonce).update(about).update(said).digest().subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', keys.seal, nonce).setAAD(about);
    const sealed = Buffer.concat([nonce, cipher.update(said), cipher.final(), cipher.getAuthTag()]);
    return `${PREFIX}${sealed.toString('base64url')}.${id}`;
  }

  /**
   * Undefined for what has no such form. What has it and does not open, for this gate has no key yet for instance, stands for its id here:
   * whose that is, is not for the seal to say.
   */
  open(handle: string, kind: HandleKind = 'session'): OpenedHandle | undefined {
    if (!handle.startsWith(PREFIX)) return undefined;
    const key = kind === 'session' ? handle : `${kind} ${handle}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const dot = handle.indexOf('.', PREFIX.length);
    const length = dot - PREFIX.length;
    if (dot < 0 || length > MAX_SEALED_LENGTH || handle.length - dot > MAX_ID_LENGTH) return undefined;
    const id = handle.slice(dot + 1);
    if (id === '') return undefined;
    const address = this.#addressIn(kind, handle.slice(PREFIX.length, dot), id);
    const opened = { handle, id, owner: address === undefined || this.#isHere(address) ? undefined : address };
    if (address !== undefined) this.#known.set(key, opened);
    return opened;
  }

  #isHere({ address, port }: GateAddress): boolean {
    return address === this.#here?.address && port === this.#here.port;
  }

  #addressIn(kind: HandleKind, text: string, id: string): GateAddress | undefined {
    const sealed = Buffer.from(text, 'base64url');
    // One handle has one spelling.
    if (sealed.length <= NONCE_BYTES + TAG_BYTES || sealed.toString('base64url') !== text) return undefined;
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(-TAG_BYTES);
    const about = this.#about(kind, id);
    for (const { seal } of this.#keys) {
      const decipher = createDecipheriv('aes-256-gcm', seal, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(about).setAuthTag(tag);
      try {
        const said = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'latin1');
        return addressOf(said + decipher.final('latin1'));
      } catch {
        // Sealed by another key, or by nobody.
      }
    }
    return undefined;
  }

  /** Lengths first: no two different pairs give one text. */
  #about(kind: HandleKind, id: string): Buffer {
    return Buffer.from(`${kind} ${this.#server.length} ${this.#server}${id}`);
  }
}

function addressOf(said: string): GateAddress {
  const space = said.indexOf(' ');
  return { address: said.slice(0, space), port: Number(said.slice(space + 1)) };
}
