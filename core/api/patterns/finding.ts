/** What a pattern of a rule seems to mean, and does not. */
export interface PatternFinding {
  /** What it means here. Begins behind the pattern itself. */
  readonly message: string;
  /** What to write instead. */
  readonly mend: string;
  /** Nothing can have such a name, so the rule would be there and do nothing: refused, not only warned about. */
  readonly impossible: boolean;
}
