/** What went wrong in words for the person at the terminal; never a stack trace unless asked for. */
import { CommanderError } from 'commander';

export const EXIT = { failure: 1, usage: 2, internal: 70 } as const;

/** A fault that the user can mend; printed as `message; mend`, as problems in policy files are. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly mend: string | undefined;
  readonly exitCode: number;

  constructor(message: string, mend?: string, exitCode: number = EXIT.failure) {
    super(message);
    this.mend = mend;
    this.exitCode = exitCode;
  }
}

/** Wrong arguments, found after the parser was content with them. */
export function usageError(message: string, mend?: string): UserError {
  return new UserError(message, mend, EXIT.usage);
}

export interface Failure {
  /** For stderr, with its newline; empty when everything has been said. */
  text: string;
  exitCode: number;
}

export function describeFailure(error: unknown, debug: boolean): Failure {
  if (error instanceof CommanderError) {
    // The parser has printed its sentence already. Help and version end it by this error, too, with the code 0.
    return { text: '', exitCode: error.exitCode === 0 ? 0 : EXIT.usage };
  }
  const stack = debug && error instanceof Error ? `${error.stack}\n` : '';
  if (error instanceof UserError) {
    const mend = error.mend === undefined ? '' : `; ${error.mend}`;
    return { text: `sallyport: ${error.message}${mend}\n${stack}`, exitCode: error.exitCode };
  }
  const message = error instanceof Error ? error.message : String(error);
  const hint = debug ? '' : ' (run with SALLYPORT_DEBUG=1 for the stack)';
  return { text: `sallyport: internal error: ${message}${hint}\n${stack}`, exitCode: EXIT.internal };
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EEXIST: 'it exists already',
  EISDIR: 'it is a folder',
  ENOENT: 'it does not exist',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EPERM: 'this user has no permission',
  EROFS: 'the file system is read-only',
};

/** Why the system refused, in words. */
export function systemReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return SYSTEM_WORDS[code ?? ''] ?? code ?? message;
}
