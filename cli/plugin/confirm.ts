/** Whether a person has seen what is about to be done: by the digest that was shown, or by looking at it now. */
import { usageError, UserError } from '../errors.ts';
import { digestOf } from '../render-approval.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { isAnsweredYes } from './ask.ts';
import type { Stored } from './cluster.ts';

export interface Sure {
  /** As `show` printed it. */
  readonly digest?: string;
  readonly yes?: boolean;
}

/** Throws a UserError where the digest is another, and where nobody can be asked. */
export async function isConfirmed(
  request: Stored,
  { digest, yes }: Sure,
  shown: () => string,
  question: string,
): Promise<boolean> {
  checkDigest(request, digest);
  if (yes === true || digest !== undefined) return true;
  if (!process.stdin.isTTY) {
    throw usageError(
      'nobody is at this terminal who could say yes to what is shown',
      'add --digest with the digest that `show` printed, or --yes',
    );
  }
  process.stderr.write(shown());
  return isAnsweredYes(`\n${question}`);
}

export function checkDigest(request: Stored, digest: string | undefined): void {
  if (digest === undefined || digest === digestOf(request)) return;
  const { namespace, name } = request.metadata;
  throw new UserError(
    `approval ${namespace}/${visible(name)} is about something else than --digest says: its digest is ${digestOf(request) ?? 'not known'}`,
    `look at it again: kubectl sallyport approvals show ${visible(name)} -n ${namespace}`,
  );
}
