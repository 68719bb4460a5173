/** Takes an answer on its way from the server, and lets none of the keys in it pass that the gate has shown there. */
import type { IncomingHttpHeaders } from 'node:http';
import { Masking, maskText } from '../../../core/credentials/mask.ts';
import type { Secret } from '../../../core/credentials/secret.ts';
import type { Echo } from '../request.ts';
import { type Exchange, UpstreamError, type UpstreamSink } from '../upstream.ts';

export interface WatchedOptions {
  /** What it must not say: asked with each piece, since a stream goes on while keys become others. */
  readonly secrets: () => readonly Secret[];
  readonly onEcho: () => 'Redact' | 'Deny';
  /** Called once for each key and place of an answer. */
  readonly tell: (echo: Echo) => void;
  /** The server answers that it does not know who asks (HTTP 401). True: it is the gate that it does not know. */
  readonly onRefused: () => boolean;
}

/** A client that reads 401 throws its own token away, which is good, and comes back with another one for ever. */
const NOT_TAKEN =
  'it does not take the key that the gate shows it (HTTP 401); that is nothing of yours: tell whoever runs the gate';

export class WatchedSink implements UpstreamSink, Exchange {
  readonly #sink: UpstreamSink;
  readonly #options: WatchedOptions;
  readonly #masking: Masking;
  readonly #told = new Set<string>();
  #exchange: Exchange | undefined = undefined;
  #denied = false;
  #over = false;

  constructor(sink: UpstreamSink, options: WatchedOptions) {
    this.#sink = sink;
    this.#options = options;
    this.#masking = new Masking(options.secrets, (secret) => this.#found(secret, 'body'));
  }

  attach(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#over) exchange.abort();
  }

  onHead(status: number, headers: IncomingHttpHeaders): void {
    if (this.#over) return;
    if (status === 401 && this.#options.onRefused()) {
      this.#end(new UpstreamError('upstream-invalid', NOT_TAKEN));
      return;
    }
    const masked = this.#mask(headers);
    if (!this.#isDenied()) this.#sink.onHead(status, masked);
  }

  onData(chunk: Buffer): boolean {
    if (this.#over) return true;
    const passes = this.#masking.push(chunk);
    if (this.#isDenied()) return true;
    return passes.length === 0 || this.#sink.onData(passes);
  }

  onEnd(): void {
    if (this.#over) return;
    this.#over = true;
    const rest = this.#masking.end();
    if (rest.length > 0) this.#sink.onData(rest);
    this.#sink.onEnd();
  }

  onError(error: UpstreamError): void {
    if (this.#over) return;
    this.#over = true;
    // Such as the last words of a program.
    const message = maskText(error.message, this.#options.secrets(), (secret) => this.#found(secret, 'body'));
    this.#sink.onError(message === error.message ? error : new UpstreamError(error.reason, message));
  }

  resume(): void {
    this.#exchange?.resume();
  }

  abort(): void {
    this.#over = true;
    this.#exchange?.abort();
  }

  #found({ name }: Secret, where: 'head' | 'body'): void {
    const { tell } = this.#options;
    const becomes = this.#options.onEcho();
    this.#denied ||= becomes === 'Deny';
    const key = `${where} ${name}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    tell({ credential: name, where, becomes });
  }

  /** Nothing more passes: neither what was found nor what stands before or behind it. */
  #isDenied(): boolean {
    if (!this.#denied) return false;
    const why = 'it has a key in it that the gate has shown to the server, and that no client may see';
    this.#end(new UpstreamError('credential-echoed', why));
    return true;
  }

  #end(error: UpstreamError): void {
    this.#over = true;
    this.#exchange?.abort();
    this.#sink.onError(error);
  }

  #mask(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const secrets = this.#options.secrets();
    if (secrets.length === 0) return headers;
    const one = (text: string): string => maskText(text, secrets, (secret) => this.#found(secret, 'head'));
    let masked: IncomingHttpHeaders | undefined;
    for (const [name, value] of Object.entries(headers)) {
      if (value === undefined) continue;
      const now = typeof value === 'string' ? one(value) : value.map(one);
      if (typeof now === 'string' ? now === value : now.every((text, i) => text === value[i])) continue;
      masked ??= { ...headers };
      masked[name] = now;
    }
    return masked ?? headers;
  }
}
