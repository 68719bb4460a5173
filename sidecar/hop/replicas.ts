/** The other gates of a server, as this one deals with them: where they come in, how they are reached, and what becomes of that. */
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { PodHandles } from '../memory/pod-handles.ts';
import type { HopCounts } from './counts.ts';
import { HopDoor } from './door.ts';
import { Hops } from './hops.ts';
import { HopSecret } from './secret.ts';

export class Replicas {
  readonly hops: Hops;
  readonly counts: HopCounts;
  readonly #secret = new HopSecret();
  readonly #log: Pick<Logger, 'debug' | 'error' | 'info'>;
  #door: HopDoor | undefined = undefined;

  constructor(counts: HopCounts, log: Pick<Logger, 'debug' | 'error' | 'info'>) {
    this.hops = new Hops(this.#secret);
    this.counts = counts;
    this.#log = log;
  }

  /** The key that all replicas share, and those before and after it. */
  adopt(key: Buffer, others: readonly Buffer[]): void {
    this.#secret.adopt(key, others);
  }

  /**
   * From here on what is given out says that it is this gate's. Without an address, or where nobody can listen, it does not, and only
   * this gate knows it.
   */
  async listen(
    at: { readonly host: string | undefined; readonly port: number; readonly address: string | undefined },
    handles: PodHandles,
    onConnection: (socket: Socket) => void,
  ): Promise<void> {
    if (at.address === undefined) return;
    const door = new HopDoor(this.#secret, this.#log, onConnection);
    try {
      const port = await door.listen(at.host, at.port);
      this.#door = door;
      handles.listensAt({ address: at.address, port });
      this.#log.info({ address: at.address, port }, 'other gates of this server may pass requests on to this one');
    } catch (error) {
      this.#log.error({ err: error }, 'other gates of this server cannot pass on what is for this one');
    }
  }

  /** No gate connects any more. Resolves when the last one that has is answered. */
  async stopListening(): Promise<void> {
    await this.#door?.close();
  }

  async close(): Promise<void> {
    this.#door?.destroy();
    await this.hops.close();
  }
}
