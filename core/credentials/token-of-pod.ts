/**
 * Tokens of the ServiceAccount that a pod runs as, which the kubelet makes for the gate: they lie beside the Secrets, in a folder that no
 * Secret can be named as.
 */
import { sha256 } from '../digest.ts';

/** Names of Secrets begin with a letter or a digit (RFC 1123). */
const FOLDER = '_serviceaccount';
const DIGITS = 32;

/** Where the one for this audience lies. */
export function tokenOfPod(audience: string): { readonly secret: string; readonly key: string } {
  return { secret: FOLDER, key: sha256(audience).slice('sha256:'.length).slice(0, DIGITS) };
}

/** It is another one every hour, and says the same all the time. */
export function isTokenOfPod({ secret }: { readonly secret: string }): boolean {
  return secret === FOLDER;
}
