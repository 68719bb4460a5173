/** IdentityReady: can the gates read the keys of the issuers whose tokens they are to take? */
import type { ServerFacts } from '../facts.ts';
import { no, someOf, type Verdict, yes } from '../verdict.ts';

const MEND =
  'The keys are fetched from the pods: let them reach the issuer, or put its keys into `jwks` of its entry in spec.access.jwt.';

/** Undefined where no issuer is trusted, and until a gate has told of one. */
export function identityReady({ server, pods, object }: ServerFacts): Verdict | undefined {
  if (server.spec.access?.jwt === undefined) return undefined;
  const told = pods.filter(({ gateOf, identity }) => gateOf === object.metadata.name && identity !== undefined);
  if (told.length === 0) return undefined;
  const failing = told.filter(({ identity }) => identity?.ready === false);
  const lost = failing.filter(({ identity }) => identity?.reason === 'NoKeys');
  const [first] = lost.length > 0 ? lost : failing;
  if (first?.identity === undefined)
    return yes('KeysRead', 'The gates have read the keys of the issuers of spec.access.jwt');
  const where = someOf(
    failing.map(({ name }) => name),
    3,
  );
  const message = `The keys of an issuer cannot be read in ${where}: ${first.identity.message}. ${MEND}`;
  return lost.length > 0 ? no('NoKeys', message) : no('IssuerAway', message);
}
