/** Reads DER (ITU-T X.690 §10): definite lengths in their shortest form, one element after another. */

export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With its tag and length. */
  readonly whole: Buffer;
}

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** No certificate or CRL that anybody reads here has a length beyond four bytes. */
const MAX_LENGTH_BYTES = 4;

/** All elements of `bytes`, which end where the last one does. @throws DerError */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const element = readElement(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

/** The one element that `bytes` are. @throws DerError */
export function readOne(bytes: Buffer): DerElement {
  const element = readElement(bytes, 0);
  if (element.whole.length !== bytes.length) throw new DerError('something follows');
  return element;
}

/** The elements inside of one that has to have this tag. @throws DerError */
export function readInside(element: DerElement | undefined, tag: number): DerElement[] {
  if (element?.tag !== tag) throw new DerError(`another tag than ${tag}`);
  return readElements(element.content);
}

function readElement(bytes: Buffer, start: number): DerElement {
  const [tag, first] = [byteAt(bytes, start), byteAt(bytes, start + 1)];
  // Tags of several bytes are in none of the structures of RFC 5280.
  if ((tag & 0x1f) === 0x1f) throw new DerError('a tag of several bytes');
  const [length, header] = first < 0x80 ? [first, 2] : longLength(bytes, start + 2, first & 0x7f);
  const end = start + header + length;
  if (end > bytes.length) throw new DerError('it ends too early');
  return { tag, content: bytes.subarray(start + header, end), whole: bytes.subarray(start, end) };
}

/** The length, and how long tag and length are. */
function longLength(bytes: Buffer, at: number, count: number): readonly [number, number] {
  if (count === 0 || count > MAX_LENGTH_BYTES || at + count > bytes.length) throw new DerError('no length of DER');
  const length = bytes.readUIntBE(at, count);
  if (length < 0x80 || byteAt(bytes, at) === 0) throw new DerError('a length that is longer than it has to be');
  return [length, 2 + count];
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new DerError('it ends too early');
  return byte;
}
