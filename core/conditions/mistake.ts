/** Of a condition that is none: what is wrong, and how to mend it. */
export interface Mistake {
  readonly problem: string;
  readonly mend: string;
}
