/** Texts of PEM (RFC 7468) with one kind of thing in them. */

export class PemError extends Error {
  override readonly name = 'PemError';
}

const BASE64 = /^[A-Za-z0-9+/=\s]+$/;
const [DASHES, BEGIN, END] = ['-----', '-----BEGIN ', '-----END '];

/**
 * The DER of all things called `label` in `text`; what stands between them is commentary (RFC 7468 §5.2).
 * @throws PemError: one of them is broken off or is no base64, or there is a thing with another label.
 */
export function readPem(text: string, label: string): Buffer[] {
  const found: Buffer[] = [];
  let at = text.indexOf(BEGIN);
  while (at >= 0) {
    const nameEnd = text.indexOf(DASHES, at + BEGIN.length);
    const said = nameEnd < 0 ? '' : text.slice(at + BEGIN.length, nameEnd);
    if (said !== label) throw new PemError(`has a ${said.slice(0, 40) || 'thing without a name'} in it`);
    const end = text.indexOf(`${END}${label}${DASHES}`, nameEnd);
    const body = end < 0 ? '' : text.slice(nameEnd + DASHES.length, end);
    if (body.trim() === '' || !BASE64.test(body))
      throw new PemError(`has a ${label} that is broken off or is no base64`);
    found.push(Buffer.from(body, 'base64'));
    at = text.indexOf(BEGIN, end + END.length);
  }
  return found;
}
