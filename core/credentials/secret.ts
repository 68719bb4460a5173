/** A key that is shown to a server, and everything by which it would be known in what the server says. */
import { formsOf } from './forms.ts';

/** Shorter ones stand in answers by chance. */
const MIN_LENGTH = 8;
/** What servers take in a header; as much is searched for in every answer. */
const MAX_LENGTH = 8192;

export interface Secret {
  /** Of its credential. */
  readonly name: string;
  readonly value: string;
  /** Bytes that say it, each once. */
  readonly forms: readonly Buffer[];
}

/** What is wrong with it never says what it is. */
export interface BadSecret {
  readonly problem: string;
}

/** Visible characters of ASCII, with blanks between them (RFC 9110 §5.5): anything else would not arrive as it is, or as another header. */
const FIT_FOR_HEADER = /^[!-~][ -~]*$/;

/** From what lies in a file or comes from a program. The line break that editors and `echo` put at the end is not part of it. */
export function readSecret(name: string, text: string): Secret | BadSecret {
  const value = text.replace(/\r?\n$/, '');
  if (value === '') return { problem: 'is empty; write the key into it' };
  if (value.length < MIN_LENGTH)
    return {
      problem: `has fewer than ${MIN_LENGTH} characters, which stand in answers by chance, so that nobody could watch for it; use a longer key`,
    };
  if (value.length > MAX_LENGTH)
    return { problem: `has more than ${MAX_LENGTH} characters, which no server takes in a header; use a shorter key` };
  if (!FIT_FOR_HEADER.test(value) || value.endsWith(' '))
    return {
      problem:
        'has a line break, a blank at one of its ends or a character that no header can carry; store the key alone, for example with printf %s',
    };
  return { name, value, forms: formsOf(value) };
}
