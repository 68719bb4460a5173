/** IdentityReady: are the keys known of those whose tokens the gates are to take: issuers, and the API server for ServiceAccounts? */
import type { ServiceAccountKeyMirror } from '../../service-account-keys/mirror.ts';
import type { ServerFacts } from '../facts.ts';
import { no, someOf, type Verdict, yes } from '../verdict.ts';

const MEND =
  'The keys are fetched from the pods: let them reach the issuer, or put its keys into `jwks` of its entry in spec.access.jwt.';

type AccountKeys = Pick<ServiceAccountKeyMirror, 'issuer' | 'problem'>;

/** Undefined where nobody is trusted by keys, and until somebody has told of them. */
export function identityReady(facts: ServerFacts, accountKeys: AccountKeys): Verdict | undefined {
  const issuers = issuersReady(facts);
  const accounts = accountsReady(facts, accountKeys);
  return issuers === undefined || (issuers.status === 'True' && accounts?.status === 'False') ? accounts : issuers;
}

/** Gates go on with the keys that they have, and the operator asks the API server about tokens of others. */
function accountsReady({ server }: ServerFacts, { issuer, problem }: AccountKeys): Verdict | undefined {
  if (server.spec.access?.serviceAccounts === undefined) return undefined;
  if (problem !== undefined)
    return no(
      'AccountKeysAway',
      `The operator cannot read the keys of ServiceAccounts: ${problem}. Gates go on with those that they have, and tokens of others are asked about one by one. See what docs/rbac.md gives the operator.`,
    );
  return issuer === undefined ? undefined : yes('KeysRead', `The keys of ServiceAccounts are those of ${issuer}`);
}

/** Undefined where no issuer is trusted, and until a gate has told of one. */
function issuersReady({ server, pods, object }: ServerFacts): Verdict | undefined {
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
