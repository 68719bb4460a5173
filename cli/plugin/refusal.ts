/** What kubectl says on standard error where it fails, in words of ours with the mend; the API server's own sentence stays as it is. */
import { EXIT, UserError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';

/** `what`: of which kubectl was asked, such as `approval finance/ledger-transfer-x7k2m`. */
export function refusalOf(stderr: string, what: string): UserError {
  const said = lastWords(stderr);
  const found = REFUSALS.find(({ sign }) => said.includes(sign));
  const [message, mend] = found?.words(said, what) ?? [`kubectl says: ${said}`, 'check --kubeconfig, --context and -n'];
  return new UserError(visible(message), mend, EXIT.failure);
}

interface Refusal {
  /** In what kubectl says. */
  readonly sign: string;
  readonly words: (said: string, what: string) => readonly [message: string, mend?: string];
}

/** Of a ValidatingAdmissionPolicy; what follows is the sentence that the policy has for it. */
const DENIED = 'denied request: ';

const LIST = '`kubectl sallyport approvals list` shows those that wait';

/** The first that fits counts. */
const REFUSALS: readonly Refusal[] = [
  {
    sign: DENIED,
    words: (said) => [
      `the API server refused: ${said.slice(said.indexOf(DENIED) + DENIED.length)}`,
      'nothing was changed',
    ],
  },
  {
    sign: 'the object has been modified',
    words: (_, what) => [`${what} changed in this very moment`, 'look at it again'],
  },
  { sign: '(NotFound)', words: (_, what) => [`${what} is not there`, LIST] },
  {
    sign: 'failed calling webhook',
    words: () => ['the operator of Sallyport does not answer, and nobody can decide without it', 'try again soon'],
  },
  {
    sign: 'is forbidden: User ',
    words: (said) => [
      `the API server refused: ${said.slice(said.indexOf('User '))}`,
      'ask for a RoleBinding to the ClusterRole sallyport-approver in that namespace',
    ],
  },
  {
    sign: "the server doesn't have a resource type",
    words: () => ['this cluster does not know approvals: Sallyport is not installed there', 'check --context'],
  },
  {
    sign: 'You must be logged in',
    words: () => ['the API server does not know you', 'log in to the cluster again, or check --context'],
  },
  {
    sign: 'onnect to the server',
    words: (said) => [`the cluster does not answer: ${said}`, 'check --context and your network'],
  },
  {
    sign: 'The connection to the server',
    words: (said) => [`the cluster does not answer: ${said}`, 'check --context and your network'],
  },
];

/** In one line, without what is said of other things. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith('Warning: ') && !isLog(line)).join(' ');
}

/** Such as `E1121 10:00:00.000000  4711 memcache.go:265] …`, which client-go writes beside what kubectl says. */
function isLog(line: string): boolean {
  return /^[EWI]\d{4} /.test(line);
}
