/** What a detector saw in one value. Where the value lies and which rule asked is added by the policy layer. */

/** A part of a text, in UTF-16 units. */
export interface Span {
  readonly start: number;
  /** Behind the last one. */
  readonly end: number;
}

export interface Finding {
  /** Name of the detector. */
  readonly detector: string;
  /** One of the reasons that this detector exports. */
  readonly reason: string;
  /** One or two sentences for a model: what is wrong with the value, and what to do instead. */
  readonly message: string;
  /** In the value; undefined: all of it. */
  readonly span: Span | undefined;
  /** What was seen, masked, harmless in a terminal and in a prompt, at most 100 characters. */
  readonly evidence: string;
}
