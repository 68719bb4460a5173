/** A stdio server behind stdio: one client, one child, for as long as both live. */
import type { Call } from '../../call/call.ts';
import type { StdioCommand } from './process-group.ts';
import { StdioPeer } from './peer.ts';
import type { Exchange, Upstream, UpstreamSink } from '../upstream.ts';

export interface StdioSingleOptions {
  readonly command: StdioCommand;
  onLog(line: string): void;
  /** A line of its output that is no message was skipped. */
  onStray(): void;
  onGone(why: string): void;
}

export class StdioSingle implements Upstream {
  readonly oauth = undefined;
  readonly #peer: StdioPeer;

  constructor(options: StdioSingleOptions) {
    this.#peer = new StdioPeer({ ...options, headers: {} });
  }

  send(call: Call, sink: UpstreamSink): Exchange {
    return call.httpMethod === 'GET' ? this.#peer.listen(sink) : this.#peer.send(call, sink);
  }

  endpointIn(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    await this.#peer.stop();
  }
}
