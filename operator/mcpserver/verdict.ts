/** What a check of a server comes to: a condition before it has a generation and a time. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown';
  /** A word for machines: the condition's reason, and the event's. */
  readonly reason: string;
  /** A sentence for people: what is, and what to do about it. */
  readonly message: string;
  /** It comes right by itself, as far as can be seen: nobody has to do anything but wait. */
  readonly passes?: true;
}

export function yes(reason: string, message: string): Verdict {
  return { status: 'True', reason, message };
}

export function no(reason: string, message: string): Verdict {
  return { status: 'False', reason, message };
}

/** Not so yet, and nobody has to do anything about it. */
export function soon(reason: string, message: string): Verdict {
  return { status: 'False', reason, message, passes: true };
}

export function unknown(reason: string, message: string): Verdict {
  return { status: 'Unknown', reason, message };
}

/** The first few names of a long list, since a condition is read in a terminal. */
export function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
