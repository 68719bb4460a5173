/** The form in which an answer passes, chosen once its head is there (choose-form.ts). */

/**
 * What becomes of a reply whose answer does not come to its end. `refused`: a refusal takes the answer's place. `answered`: nothing, its
 * client has the answer, and a second one would be taken for another. `torn`: it is cut off, so that nobody takes it for whole.
 */
export type Rest = 'refused' | 'answered' | 'torn';

export interface AnswerForm {
  readonly rest: Rest;
  /** The client can come back for the rest: an error would end what is not over. */
  readonly isResumable: boolean;
  /** False asks the server to wait until it is told to go on. */
  take(chunk: Buffer): boolean;
  /** The server has said all. */
  end(): void;
  /** The client has taken what was written: false while there is no room for more. */
  hasRoom(): boolean;
  /** The answer is over, in whatever way. */
  close(): void;
}
