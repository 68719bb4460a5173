/** Whether what people decide can be believed: the admission policies are what makes a vote the voter's own. */
export interface Trust {
  /** Why votes cannot be trusted now; undefined: they can, as of the last look. */
  readonly distrust: string | undefined;
  /** The policies are known not to hold, or not to have held a moment ago, as opposed to not having been looked for yet: what was voted meanwhile never counts. */
  readonly isBroken: boolean;
  /** Looks now, and says why votes cannot be trusted. For the moment at which a vote is counted or an approval used. */
  confirm(): Promise<string | undefined>;
}
