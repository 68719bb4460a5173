/** What stands against threats, as docs/threats.md tells it. */
export interface Control {
  /** The heading of its section in docs/threats.md. */
  readonly title: string;
  /** What it does, in one or two sentences of Markdown. */
  readonly says: string;
  /** Where it is described, from docs/: the words of the link and its target. */
  readonly docs: readonly (readonly [words: string, target: string])[];
}
