/** What a verification needs to know of a line. */

/** What an intent says of its call, in words for a report. */
export interface Intent {
  what: string;
  who: string;
  traceId: string;
}

/** The fields the chain is made of, and those that tie lines and files together besides. */
export interface ChainFields {
  event: string;
  prev: string;
  seq: number;
  /** `namespace/name`; empty where the line does not say. */
  server: string;
  stream: string;
  time: string;
  /** The same, in milliseconds since the epoch. */
  at: number;
  /** The line before is the last one of another file. */
  continues: boolean;
  /** Of an intent. */
  intent?: Intent;
  /** `seq` of the intent that a decision ends. */
  ends?: number;
  /** SHA-256 of the last line of a file that was let go. */
  released?: string;
  /** Of a checkpoint: the signed note. */
  checkpoint?: string;
  /** Of `open` and `continue`: who signs from here on; of `key`: who will, once this line is signed. */
  key?: string;
  /** Of the first line of a file that goes on: the largest complete subtrees over the lines of the stream before it, base64. */
  tree?: readonly string[];
}
