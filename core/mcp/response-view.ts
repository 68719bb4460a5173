/**
 * What a client answers to a request of its server (sampling, elicitation, roots): where it stands in the text that goes on to the
 * server. Looked into only when somebody asks, so that an answer of any size costs those nothing who do not.
 */
import { JsonView } from './json-view.ts';

export class ResponseView {
  readonly #bytes: Buffer;
  #message: JsonView | undefined = undefined;
  #result: JsonView | undefined = undefined;
  #error: JsonView | undefined = undefined;

  /** `bytes`: the text of the message, and of nothing else. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Undefined when there is none, or none that is an object: servers that read MCP can do nothing with another. */
  get result(): JsonView | undefined {
    return (this.#result ??= this.#whole?.view('result'));
  }

  /** The same for an error. */
  get error(): JsonView | undefined {
    return (this.#error ??= this.#whole?.view('error'));
  }

  get #whole(): JsonView | undefined {
    return (this.#message ??= JsonView.of(this.#bytes));
  }
}
