/** What `caBundle` of a webhook configuration has to be, so that the API server trusts the webhooks. */
import type { Certificates } from '../tls/certificates.ts';

export interface ExpectedCaBundle {
  /** Of what is there, base64. */
  isRight(caBundle: string | undefined): boolean;
  /** What is to be said where it is not right: the end of a sentence. */
  readonly otherwise: string;
}

/** `isInjected`: somebody else writes it, and whatever trusts the certificate is right. */
export function expectedCaBundle(
  certificates: Pick<Certificates, 'current' | 'isVouchedForIn'>,
  isInjected: boolean,
): ExpectedCaBundle {
  if (isInjected) {
    return {
      isRight: (caBundle = '') => certificates.isVouchedForIn(Buffer.from(caBundle, 'base64').toString('utf8')),
      otherwise:
        'does not trust the certificate in tls.secretName yet; cert-manager writes it where its cainjector runs and the Certificate is in order',
    };
  }
  return {
    isRight: (caBundle) => caBundle === Buffer.from(certificates.current().caBundle).toString('base64'),
    otherwise: 'is not written yet; the leader does that',
  };
}
