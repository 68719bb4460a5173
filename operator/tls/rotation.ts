/**
 * When which certificate is replaced: pure, from the state, the time and the names to the next state.
 *
 *     authority A        ├────────────────────────────┬── A retired ──┤
 *     authority B                        ├─ next ─────┴ B issuing ─────────────
 *     trusted            │       A       │     A, B       │ B, A      │   B
 *                                        two thirds       + a day     + a day
 *                                        of A's life
 *
 * A certificate is served only when everybody has had a day to learn of the authority that signed it, and an authority is
 * forgotten only when nobody has served its signature for a day. Who has to learn: the API server by the caBundle of the webhook
 * configurations, within seconds; sidecars by a mounted ConfigMap, within minutes; both later when something is down.
 */
import { issueAuthority, issueServing } from './authority.ts';
import { isIssuedBy, type KeyPair, readCertificate } from './read-certificate.ts';
import type { TlsState } from './state.ts';

const HANDOVER_MS = 24 * 3_600_000;
/** A certificate closer to its end than this is replaced at once, whether or not everybody has had a day to learn of the next. */
const LAST_HOUR_MS = 3_600_000;

export interface Rotation {
  readonly state: TlsState;
  /** What was done, for the log; nothing: the state stays as it is. */
  readonly done: readonly string[];
}

export interface RotationInput {
  /** What the Secret holds, as far as it can be used. */
  readonly stored: Partial<TlsState>;
  /** The last good state this process knew: what is lost from the Secret is still trusted and served. */
  readonly remembered: TlsState | undefined;
  /** There was no Secret at all, although one is remembered: whoever deletes it wants other keys. */
  readonly deleted: boolean;
  readonly dnsNames: readonly string[];
  readonly now: number;
}

export function rotate({ stored, remembered, deleted, dnsNames, now }: RotationInput): Rotation {
  const done: string[] = [];
  const known = { ...remembered, ...stored };
  let issuing = usable(known.issuing, now);
  let next = usable(known.next, now);
  let retired = (known.retired ?? []).filter((cert) => readCertificate(cert).notAfter > now);
  let serving = known.serving;

  if (issuing === undefined) {
    issuing = next ?? issueAuthority(now);
    done.push(next === undefined ? 'a new authority was issued' : 'the next authority took over');
    next = undefined;
  }
  if (next === undefined && (deleted || isOld(issuing, now))) {
    next = issueAuthority(now);
    done.push('the next authority was issued; it signs nothing for a day');
  }
  if (next !== undefined && isTimeFor(next, issuing, now)) {
    retired = [issuing.cert, ...retired];
    issuing = next;
    next = undefined;
    done.push('the next authority took over');
  }
  if (serving === undefined || !isServable(serving, issuing, dnsNames, now)) {
    serving = issueServing(issuing, dnsNames, now);
    done.push('a new serving certificate was issued');
  }
  if (retired.length > 0 && now >= readCertificate(serving.cert).issuedAt + HANDOVER_MS) {
    retired = [];
    done.push('the former authority is trusted no more');
  }
  return { state: { issuing, next, retired, serving }, done };
}

function usable(pair: KeyPair | undefined, now: number): KeyPair | undefined {
  return pair !== undefined && readCertificate(pair.cert).notAfter > now ? pair : undefined;
}

/** Two thirds of its life are over. */
function isOld({ cert }: KeyPair, now: number): boolean {
  const { issuedAt, notAfter } = readCertificate(cert);
  return now >= issuedAt + ((notAfter - issuedAt) * 2) / 3;
}

function isTimeFor(next: KeyPair, issuing: KeyPair, now: number): boolean {
  const isKnown = now >= readCertificate(next.cert).issuedAt + HANDOVER_MS;
  return isKnown || now >= readCertificate(issuing.cert).notAfter - LAST_HOUR_MS;
}

function isServable(serving: KeyPair, issuing: KeyPair, dnsNames: readonly string[], now: number): boolean {
  if (!isIssuedBy(serving.cert, issuing.cert) || isOld(serving, now)) return false;
  const names = readCertificate(serving.cert).dnsNames;
  return names.length === dnsNames.length && dnsNames.every((name) => names.includes(name));
}
