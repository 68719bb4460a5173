/** What a server may ask of its client: the requests that go the other way, and what a policy can say about each. */

/** `urlElicitation` sends a person to a web page (MCP 2025-11-25, Elicitation, URL mode); `elicitation` shows a form. */
export const CLIENT_REQUEST_KINDS = ['sampling', 'elicitation', 'urlElicitation', 'roots'] as const;

export type ClientRequestKind = (typeof CLIENT_REQUEST_KINDS)[number];

export interface ClientRequest {
  readonly kind: ClientRequestKind;
  /** Where the person is sent; only of `urlElicitation`. */
  readonly url: string | undefined;
}
