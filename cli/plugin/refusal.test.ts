import { expect, test } from 'vitest';
import { refusalOf } from './refusal.ts';

const WHAT = 'approval finance/x';
const FORBIDDEN = 'Error from server (Forbidden): approvalrequests.sallyport.dev "x" is forbidden: ';

test.each([
  [
    'a policy',
    `${FORBIDDEN}ValidatingAdmissionPolicy 'sallyport-approvals' with binding 'sallyport-approvals' denied request: ada made this call and cannot decide on it; somebody else has to\n`,
    'the API server refused: ada made this call and cannot decide on it; somebody else has to',
    'nothing was changed',
  ],
  [
    'missing rights',
    `${FORBIDDEN}User "vic" cannot patch resource "approvalrequests/status" in API group "sallyport.dev" in the namespace "finance"\n`,
    'the API server refused: User "vic" cannot patch resource "approvalrequests/status" in API group "sallyport.dev" in the namespace "finance"',
    'ask for a RoleBinding to the ClusterRole sallyport-approver in that namespace',
  ],
  [
    'what is not there',
    'Error from server (NotFound): approvalrequests.sallyport.dev "x" not found',
    'approval finance/x is not there',
    '`kubectl sallyport approvals list` shows those that wait',
  ],
  [
    'a write at the same moment',
    'Error from server (Conflict): Operation cannot be fulfilled on approvalrequests.sallyport.dev "x": the object has been modified; please apply your changes to the latest version and try again',
    'approval finance/x changed in this very moment',
    'look at it again',
  ],
  [
    'an operator that is away',
    'Error from server (InternalError): Internal error occurred: failed calling webhook "votes.x": no endpoints',
    'the operator of Sallyport does not answer, and nobody can decide without it',
    'try again soon',
  ],
  [
    'a cluster without us',
    `E1121 10:00:00.000000    4711 memcache.go:265] "x"\nerror: the server doesn't have a resource type "approvalrequests"`,
    'this cluster does not know approvals: Sallyport is not installed there',
    'check --context',
  ],
  [
    'somebody whom nobody knows',
    'error: You must be logged in to the server (Unauthorized)',
    'the API server does not know you',
    'log in to the cluster again, or check --context',
  ],
  [
    'a cluster that is away',
    'Warning: old\nUnable to connect to the server: dial tcp: lookup x: no such host\n',
    'the cluster does not answer: Unable to connect to the server: dial tcp: lookup x: no such host',
    'check --context and your network',
  ],
  [
    'a port without a cluster',
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    'the cluster does not answer: The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    'check --context and your network',
  ],
  [
    'anything else',
    'error: \u001b[2Jodd',
    'kubectl says: error: \\u{1b}[2Jodd',
    'check --kubeconfig, --context and -n',
  ],
])('%s', (_, stderr, message, mend) => {
  expect(refusalOf(stderr, WHAT)).toMatchObject({ message, mend, exitCode: 1 });
});
