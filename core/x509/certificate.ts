/** What a certificate says (RFC 5280 §4), as far as it counts here: what `X509Certificate` of Node does not tell, or tells as prose. */
import { createHash } from 'node:crypto';
import { type DerElement, DerError, readElements, readInside, readOne } from './der.ts';

const [BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, OBJECT_ID, SEQUENCE] = [0x01, 0x02, 0x03, 0x04, 0x06, 0x30];
/** Contexts of TBSCertificate (§4.1) and of GeneralName (§4.2.1.6). */
const [VERSION, EXTENSIONS, DNS_NAME, URI_NAME] = [0xa0, 0xa3, 0x82, 0x86];

/** In hex, as their DER has them. */
const KEY_USAGE = '551d0f';
const ALTERNATIVE_NAMES = '551d11';
const BASIC_CONSTRAINTS = '551d13';
const NAME_CONSTRAINTS = '551d1e';
const EXTENDED_KEY_USAGE = '551d25';
const CLIENT_AUTH = '2b06010505070302';
const ANY_USAGE = '551d2500';

export interface CertificateFacts {
  /** Two hex digits a byte, without zeros in front. */
  readonly serial: string;
  /** Digest of the DER of the name. */
  readonly issuerName: string;
  readonly subjectName: string;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** As the bytes have them, each a character of Latin-1: nothing is decoded, so nothing is lost. */
  readonly dnsNames: readonly string[];
  readonly uris: readonly string[];
  readonly isAuthority: boolean;
  /** How many authorities may stand between it and the certificate of a caller (§4.2.1.9); undefined: any number. */
  readonly pathLength: number | undefined;
  /** Undefined: it does not say, so everything is allowed (§4.2.1.3). */
  readonly keyUsage: KeyUsage | undefined;
  /** Whether it may show who a client is (§4.2.1.12). */
  readonly mayBeClient: boolean;
  readonly hasNameConstraints: boolean;
}

export interface KeyUsage {
  readonly digitalSignature: boolean;
  readonly certSign: boolean;
  readonly crlSign: boolean;
}

interface Extension {
  readonly id: string;
  readonly value: Buffer;
}

/** @throws DerError */
export function readFacts(der: Buffer): CertificateFacts {
  const [body] = readInside(readOne(der), SEQUENCE);
  const fields = readInside(body, SEQUENCE);
  const [serial, , issuer, , subject, publicKey, ...rest] = fields[0]?.tag === VERSION ? fields.slice(1) : fields;
  if (serial?.tag !== INTEGER || issuer === undefined || subject === undefined || publicKey === undefined)
    throw new DerError('it lacks a field');
  const extensions = rest.filter(({ tag }) => tag === EXTENSIONS).flatMap(({ content }) => extensionsIn(content));
  const value = (id: string): Buffer | undefined => extensions.find((one) => one.id === id)?.value;
  const names = sequenceIn(value(ALTERNATIVE_NAMES));
  const usages = value(EXTENDED_KEY_USAGE);
  return {
    serial: hexOf(serial),
    issuerName: digestOf(issuer.whole),
    subjectName: digestOf(subject.whole),
    publicKey: publicKey.whole,
    dnsNames: textsOf(names, DNS_NAME),
    uris: textsOf(names, URI_NAME),
    ...constraintsIn(sequenceIn(value(BASIC_CONSTRAINTS))),
    keyUsage: keyUsageIn(value(KEY_USAGE)),
    mayBeClient:
      usages === undefined ||
      sequenceIn(usages).some(({ content }) => [CLIENT_AUTH, ANY_USAGE].includes(content.toString('hex'))),
    hasNameConstraints: value(NAME_CONSTRAINTS) !== undefined,
  };
}

/** An authority is its name and its key (RFC 5280 §6.1.1 d): a certificate that is made anew for both is the same one. */
export function authorityOf({ subjectName, publicKey }: Pick<CertificateFacts, 'subjectName' | 'publicKey'>): string {
  return createHash('sha256').update(subjectName).update(publicKey).digest('base64url');
}

/** Of an INTEGER. */
export function hexOf({ content }: DerElement): string {
  return content.toString('hex').replace(/^(00)+(?=.)/, '');
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

function extensionsIn(content: Buffer): Extension[] {
  return readInside(readOne(content), SEQUENCE).map((one) => {
    const [id, ...rest] = readInside(one, SEQUENCE);
    const value = rest.at(-1);
    if (id?.tag !== OBJECT_ID || value?.tag !== OCTET_STRING) throw new DerError('an extension lacks a field');
    return { id: id.content.toString('hex'), value: value.content };
  });
}

function sequenceIn(value: Buffer | undefined): DerElement[] {
  return value === undefined ? [] : readInside(readOne(value), SEQUENCE);
}

function textsOf(names: readonly DerElement[], tag: number): string[] {
  return names.filter((name) => name.tag === tag).map(({ content }) => content.toString('latin1'));
}

function constraintsIn(fields: readonly DerElement[]): Pick<CertificateFacts, 'isAuthority' | 'pathLength'> {
  const [first, second] = fields[0]?.tag === BOOLEAN ? fields : [undefined, fields[0]];
  const isAuthority = first !== undefined && first.content[0] !== 0;
  const length =
    second?.tag === INTEGER && second.content.length <= 4 ? Number(`0x${hexOf(second) || '0'}`) : undefined;
  return { isAuthority, pathLength: length };
}

function keyUsageIn(value: Buffer | undefined): KeyUsage | undefined {
  if (value === undefined) return undefined;
  const [bits] = readElements(value);
  if (bits?.tag !== BIT_STRING) throw new DerError('its key usage is none');
  // The first byte says how many bits at the end are unused.
  const usage = bits.content[1] ?? 0;
  return {
    digitalSignature: (usage & 0x80) !== 0,
    certSign: (usage & 0x04) !== 0,
    crlSign: (usage & 0x02) !== 0,
  };
}
