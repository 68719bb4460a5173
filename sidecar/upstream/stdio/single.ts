/** A stdio server behind stdio: one client, one child, for as long as both live. */
import type { StdioCommand } from './process-group.ts';
import { StdioPeer } from './peer.ts';
import type { UpstreamRequest } from '../request.ts';
import type { Exchange, Upstream, UpstreamSink } from '../upstream.ts';

export interface StdioSingleOptions {
  readonly command: StdioCommand;
  onLog(line: string): void;
  /** A line of its output that is no message was skipped. */
  onStray(): void;
  onGone(why: string): void;
}

export class StdioSingle implements Upstream {
  readonly url = undefined;
  readonly #peer: StdioPeer;

  constructor(options: StdioSingleOptions) {
    this.#peer = new StdioPeer({ ...options, headers: {} });
  }

  send(request: UpstreamRequest, sink: UpstreamSink): Exchange {
    return request.httpMethod === 'GET' ? this.#peer.listen(sink) : this.#peer.send(request, sink);
  }

  endpointIn(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    await this.#peer.stop();
  }
}
