import type { Control } from './control.ts';
import { OVER_TIME } from './over-time.ts';

/**
 * What stands against threats. Tests say by `{ tags: [id] }` which control they show; vitest and TypeScript know no other tags
 * (vitest.config.ts), and each control has a test (tagged-tests.test.ts). docs/threats.md is made of them.
 */
export const CONTROLS = {
  decided: {
    title: 'Nothing passes undecided',
    says: 'Every message of every entry path goes through one list of steps; without a rule that allows it, a call is refused.',
    docs: [
      ['Security model', 'security-model.md#what-is-promised'],
      ['What happens without a rule', 'policy.md#what-happens-without-a-rule'],
    ],
  },
  'least-privilege': {
    title: 'Least privilege',
    says: 'Rules allow tools, resources, prompts and methods by name and caller (name, group, issuer, scopes). Lists show what the caller may use, and nothing else.',
    docs: [
      ['How rules combine', 'policy.md#how-rules-combine'],
      ['Principals', 'policy.md#principals'],
      ['Scopes', 'identity.md#scopes'],
    ],
  },
  conditions: {
    title: 'Conditions on calls',
    says: 'A rule holds only where its CEL condition on caller, tool, arguments, session and time does; what cannot be evaluated counts against the caller.',
    docs: [['Conditions', 'policy.md#conditions']],
  },
  schema: {
    title: 'Arguments as the tool declares them',
    says: 'Arguments are held against the `inputSchema` that the server listed and against constraints of the pack, before anybody is asked.',
    docs: [
      ['The schema of the tool', 'policy.md#the-schema-of-the-tool'],
      ['Constraints', 'policy.md#constraints'],
    ],
  },
  'size-limits': {
    title: 'Bounds of arguments',
    says: 'Depth, length of texts and lists, keys and size of arguments have bounds, measured before anything looks into them.',
    docs: [['Limits on all arguments', 'policy.md#limits-on-all-arguments']],
  },
  paths: {
    title: 'Paths',
    says: 'A path has to resolve into the folders that the pack names, however it is spelt, encoded or climbs.',
    docs: [['Paths', 'detectors.md#paths']],
  },
  urls: {
    title: 'URLs and hosts',
    says: 'Metadata services, private addresses and internal names are refused in every spelling; with a list of hosts, all others are, too.',
    docs: [['URLs and hosts', 'detectors.md#urls-and-hosts']],
  },
  shell: {
    title: 'Command lines',
    says: 'Command lines are parsed as a shell would: programs that may be started, and what no command line may do.',
    docs: [['Shell', 'detectors.md#shell']],
  },
  sql: {
    title: 'SQL',
    says: 'Statements, tables and functions as four databases read them: by default one statement, which reads.',
    docs: [['SQL', 'detectors.md#sql']],
  },
  identifiers: {
    title: 'Names and ids',
    says: 'Options, shell syntax, templates and pieces of SQL are found in values that are to be a name.',
    docs: [['Identifiers', 'detectors.md#identifiers']],
  },
  definitions: {
    title: 'Poisoned definitions',
    says: 'Names, descriptions, schemas, annotations and instructions are searched for hidden text, orders to the model, disguised names, references to other tools and misleading hints.',
    docs: [
      ['Definitions', 'detectors.md#definitions'],
      ['What servers list', 'policy.md#what-servers-list'],
    ],
  },
  pins: {
    title: 'Pinned definitions',
    says: 'Definitions are pinned by digest or first use, for all gates of a server; what has changed is out of lists and refused at the call until a person accepts it.',
    docs: [
      ['What servers list', 'policy.md#what-servers-list'],
      ['Definitions in a cluster', 'kubernetes.md#definitions'],
    ],
  },
  'look-alikes': {
    title: 'Names that look like others',
    says: 'Tool names that differ only in letters which look alike, and names that another server of the namespace had before, are found.',
    docs: [['Definitions', 'detectors.md#definitions']],
  },
  'hidden-text': {
    title: 'Hidden text',
    says: 'Characters that nobody sees, turned directions and terminal escapes are found in definitions, arguments and results.',
    docs: [
      ['Hidden text', 'detectors.md#hidden-text'],
      ['Terminal escapes', 'detectors.md#terminal-escapes'],
    ],
  },
  instructions: {
    title: 'Orders to models in results',
    says: 'Known phrases that address the model, marks of prompts and encoded orders are found in what servers say.',
    docs: [['Instructions to models', 'detectors.md#instructions-to-models']],
  },
  'carried-data': {
    title: 'Links that carry data',
    says: 'Images and links whose addresses carry data out are found in results.',
    docs: [['Images and links with data', 'detectors.md#images-and-links-with-data']],
  },
  dlp: {
    title: 'Secrets and personal data',
    says: 'Secrets, personal data, patterns and words of the pack are found in arguments and in all that servers say, and recorded, redacted, held or refused.',
    docs: [
      ['Secrets and personal data', 'policy.md#secrets-and-personal-data'],
      ['What they find', 'detectors.md#secrets-and-personal-data'],
    ],
  },
  identity: {
    title: 'Proven identity',
    says: 'A caller is who a token, JSON Web Token, ServiceAccount token or certificate proves; signature, issuer, audience and time are checked, and nothing that a client says of itself counts.',
    docs: [['Who is calling', 'identity.md']],
  },
  'bound-tokens': {
    title: 'Tokens that are bound to a key',
    says: 'A token that is bound to a key (DPoP, RFC 9449) or a certificate (RFC 8705) is nothing without it, and a proof counts once.',
    docs: [
      ['Tokens that are bound to a key', 'identity.md#tokens-that-are-bound-to-a-key'],
      ['Client certificates', 'identity.md#client-certificates'],
    ],
  },
  revocation: {
    title: 'Taking back',
    says: 'A token, subject or certificate that is taken back is refused from the next request on; its streams end, and so do its calls that wait.',
    docs: [['Tokens that are taken back', 'identity.md#tokens-that-are-taken-back']],
  },
  'no-passthrough': {
    title: 'No token passes through',
    says: 'What a caller shows to the gate does not reach the server; where the server is to know who calls, the token is exchanged (RFC 8693).',
    docs: [
      ['Keys for the server', 'credentials.md'],
      ["In place of the caller's", 'credentials.md#in-place-of-the-callers'],
    ],
  },
  'server-keys': {
    title: 'The server’s keys stay in the gate',
    says: 'Keys for the systems behind the tools are mounted into the gate alone, are in nothing that it writes, and are taken out of what the server says.',
    docs: [['Keys for the server', 'credentials.md#what-is-watched-for']],
  },
  'owned-handles': {
    title: 'Sessions, tasks and state belong to their caller',
    says: 'Sessions, streams, tasks and `requestState` are bound to the principal they were given to, also across replicas. A result that is kept answers the same caller alone, unless a pack says that it is the same for everyone.',
    docs: [
      ['What belongs to whom', 'wire.md#what-belongs-to-whom'],
      ['Answers that are kept', 'over-time.md#answers-that-are-kept'],
    ],
  },
  'one-reading': {
    title: 'One reading of a message',
    says: 'What two readers could read in two ways (duplicate keys and headers, headers that contradict the body, broken UTF-8) is refused, and the bytes that were decided on are those that pass.',
    docs: [
      ['What is refused at the door', 'wire.md#what-is-refused-at-the-door-by-era'],
      ['Fuzzing', 'fuzzing.md'],
    ],
  },
  browsers: {
    title: 'Pages and rebound names',
    says: '`Origin` and `Host` are checked on every listener for clients: a page whose name leads to the gate gets nothing.',
    docs: [['HTTP', 'wire.md#http']],
  },
  tls: {
    title: 'TLS with clients',
    says: 'Where TLS is asked for, nothing is served without, and nobody before the gate has a certificate.',
    docs: [['TLS with clients', 'tls.md']],
  },
  'server-requests': {
    title: 'What servers may ask',
    says: 'Sampling, elicitation and roots of a server are refused unless a pack allows them; what it asks of a client, and pages it sends people to, are decided on.',
    docs: [['What servers may ask', 'policy.md#what-servers-may-ask']],
  },
  'matched-answers': {
    title: 'An answer belongs to a call',
    says: 'An answer to a call that was not made, or not yet handed over, is dropped and recorded.',
    docs: [['From the server to the client', 'wire.md#from-the-server-to-the-client']],
  },
  approvals: {
    title: 'Approvals that bind',
    says: 'A person approves one call: these arguments, this caller, this policy, this definition, once and in time. All of it is looked at again before it is sent.',
    docs: [
      ['Approvals', 'approvals.md'],
      ['What makes an approval void', 'approvals.md#what-makes-an-approval-void'],
    ],
  },
  votes: {
    title: 'Who may decide',
    says: 'The API server takes one vote a person, of those whom the rule names and none who stands behind the caller; it refuses the operator an approval with fewer.',
    docs: [
      ['Who and how many', 'approvals.md#who-and-how-many'],
      ['Who can approve', 'approvals.md#who-can-approve'],
    ],
  },
  'shown-as-is': {
    title: 'What an approver reads',
    says: 'Words of agents and servers are shown without anything that hides, acts or ends its frame; what is left out is counted.',
    docs: [['What the approver sees', 'approvals.md#what-the-approver-sees']],
  },
  'few-questions': {
    title: 'Few questions',
    says: 'A caller has so many open questions and no more, identical calls share one, and a burst is one word to people.',
    docs: [['When one caller asks too much', 'approvals.md#when-one-caller-asks-too-much']],
  },
  records: {
    title: 'A record of each decision',
    says: 'Every decision is recorded: who, what, by which rule, with what was found; where a pack requires it, before the call is sent.',
    docs: [['Audit log', 'audit.md']],
  },
  evidence: {
    title: 'A log that shows changes',
    says: 'Records are chained, signed every few seconds, and witnessed by the operator: edits, gaps, cuts and forks are found with the log and a public key.',
    docs: [
      ['What it proves', 'audit.md#what-it-proves'],
      ['How the audit log is proven', 'audit-proofs.md'],
    ],
  },
  watched: {
    title: 'Metrics, alerts and traces',
    says: 'Refusals, findings and faults are counted, and alerts with runbooks fire on them; traces and records go out by OTLP.',
    docs: [
      ['Metrics and health', 'metrics.md'],
      ['Runbooks', 'runbooks.md'],
      ['OpenTelemetry', 'telemetry.md'],
    ],
  },
  'no-way-around': {
    title: 'Ways around are closed or named',
    says: 'Pods of a server do not start without a gate; a Service that leads past it, a server beyond loopback and a pod without a gate are named in the status.',
    docs: [
      ['Which pods get a gate', 'kubernetes.md#which-pods-get-a-gate'],
      ['What the status says', 'kubernetes.md#what-the-status-says'],
    ],
  },
  'gate-integrity': {
    title: 'A gate stays the gate',
    says: 'Admission keeps the image, token, policy and annotations of a gate from everybody; nobody gets a shell in one.',
    docs: [['What admission keeps from everybody', 'rbac.md#what-admission-keeps-from-everybody']],
  },
  'confined-gate': {
    title: 'A gate has few rights',
    says: 'The gate runs as nobody, without capabilities and without a token of the Kubernetes API, and writes to its state alone.',
    docs: [['The image', 'sidecar.md#the-image']],
  },
  bounded: {
    title: 'Bounded work and room',
    says: 'Bodies, answers, calls in flight, sessions, streams and the work of deciding have bounds, shared fairly by caller; what is too much is refused and told when to come back.',
    docs: [
      ['What is bounded', 'sidecar.md#what-is-bounded'],
      ['Limits', 'policy.md#limits'],
    ],
  },
  ...OVER_TIME,
  'fails-closed': {
    title: 'Failure refuses',
    says: 'No policy, no log, a step that throws, nobody to ask: the call is refused, and the process goes on.',
    docs: [['When something fails', 'security-model.md#when-something-fails']],
  },
  halt: {
    title: 'The kill switch',
    says: 'Everything, some tools or some callers stop at once: new calls, open streams, held calls and what a task still has to say. Who halted and why is in every log.',
    docs: [['The kill switch', 'policy.md#the-kill-switch']],
  },
  'supply-chain': {
    title: 'What Sallyport itself is made of',
    says: 'Each bundle has its list of parts, provenance and signature.',
    docs: [['Supply chain', 'supply-chain.md']],
  },
} as const satisfies Record<string, Control>;

export type ControlId = keyof typeof CONTROLS;

export const CONTROL_IDS = Object.keys(CONTROLS) as ControlId[];

/** The tags of vitest: `--tags-filter=ID` runs the tests that show a control. */
export const CONTROL_TAGS = CONTROL_IDS.map((name) => ({ name, description: CONTROLS[name].title }));
