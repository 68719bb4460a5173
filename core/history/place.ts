/** Where it is kept. */
export interface Place {
  /** What is kept there: the id of a rule, and of several things one rule keeps, which. The same for everybody it is kept of. */
  readonly of: string;
  /** Whose it is: see `whomOf`. Nothing in it is plain text of a caller. */
  readonly whom: string;
  /** It is kept for all servers of the namespace that share a store together. Default: for one server. */
  readonly across?: true;
}
