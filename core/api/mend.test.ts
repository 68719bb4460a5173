import { describe, expect, it } from 'vitest';
import { loadDocuments } from './load.ts';
import { formatProblem } from './problem.ts';
import { ARGUMENT_TYPES } from './rules/arguments/types.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: payments}
spec:
`;

const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec:
`;

function problemsOf(text: string): string[] {
  return loadDocuments(text, 'f.yaml').problems.map(formatProblem);
}

/** The problems of a spec, with lines counted from the first line of the spec. */
function specProblems(head: string, spec: string): string[] {
  return problemsOf(head + spec).map((text) => text.replace(/^f\.yaml:(\d+):/, (_, line) => `${Number(line) - 4}:`));
}

describe('a PolicyPack', () => {
  it.each([
    [
      'an unknown field near to a known one',
      '  tols: []',
      '1:3: spec.tols: unknown field `tols`; did you mean `tools`?',
    ],
    [
      'an unknown field near to none',
      '  flavours: []',
      '1:3: spec.flavours: unknown field `flavours`; the fields here are mode, targets, namespaceSelector, halt, labels, tools, resources, prompts, methods, clientRequests, arguments, detectors, definitions, dlp, sequences, taint, grants, cache, limits, risk, wire, requesters, audit',
    ],
    [
      'a word near to a known one',
      '  tools:\n    - names: [a]\n      effect: Denny',
      '3:15: spec.tools[0].effect: "Denny" is not an effect; did you mean Deny?',
    ],
    ['a word in the wrong case', '  mode: shadow', '1:9: spec.mode: "shadow" is not a mode; did you mean Shadow?'],
    [
      'a word near to none',
      '  tools: [{names: [a], effect: Block}]',
      '1:32: spec.tools[0].effect: "Block" is not an effect; write one of Allow, Log, RequireApproval, Deny',
    ],
    [
      'a word with an escape sequence',
      '  mode: "\\e[2J"',
      '1:9: spec.mode: "\\u001b[2J" is not a mode; write one of Enforce, Shadow',
    ],
    [
      'a field without value',
      '  tools:\n    - names: [a]\n      effect:',
      '3:7: spec.tools[0].effect: expected an effect, got nothing; write one of Allow, Log, RequireApproval, Deny',
    ],
    [
      'a list without value',
      '  tools:',
      '1:3: spec.tools: expected a list, got nothing; write a value after `tools:` or remove the field',
    ],
    [
      'an entry without value',
      '  tools:\n    -',
      '2:6: spec.tools[0]: expected a mapping, got nothing; write a value or remove the entry',
    ],
    [
      'a string for a list',
      '  tools: [{effect: Deny, names: read_file}]',
      '1:33: spec.tools[0].names: expected a list, got a string; write `names: [read_file]`',
    ],
    [
      'a string with blanks for a list',
      '  tools: [{effect: Deny, names: "a, b"}]',
      '1:33: spec.tools[0].names: expected a list, got a string; write `names: ["a, b"]`',
    ],
    [
      'a mapping for a list',
      '  tools: {names: [a]}',
      '1:10: spec.tools: expected a list, got a mapping; start every entry with "- "',
    ],
    [
      'a string for a mapping',
      '  limits: 1Mi',
      '1:11: spec.limits: expected a mapping, got a string; write its fields as `field: value`; they are body, batch, sessionIdle, rate, concurrent, resultBytes, loops, budget',
    ],
    [
      'a number for a string',
      '  limits: {body: 4096}',
      '1:18: spec.limits.body: expected a string, got a number; put it in quotes: `body: "4096"`',
    ],
    [
      'a list for a string',
      '  limits: {body: [1Mi]}',
      '1:18: spec.limits.body: expected a string, got a list; write one string instead of the list',
    ],
    [
      'a missing word',
      '  tools:\n    - names: [a]',
      '2:7: spec.tools[0].effect: is missing; add `effect` with one of Allow, Log, RequireApproval, Deny',
    ],
    [
      'a missing field',
      '  tools:\n    - effect: Deny',
      '2:7: spec.tools[0].names: is missing; add `names` (Tools the rule applies to; * stands for any characters)',
    ],
    [
      'an empty list',
      '  tools: [{names: [], effect: Deny}]',
      '1:19: spec.tools[0].names: the list is empty; write at least 1 entry',
    ],
    [
      'an empty string',
      '  tools: [{names: [""], effect: Deny}]',
      '1:20: spec.tools[0].names[0]: is an empty string; write at least 1 character',
    ],
    [
      'a string that is too long',
      `  tools: [{names: [${'a'.repeat(257)}], effect: Deny}]`,
      '1:20: spec.tools[0].names[0]: has 257 characters, and at most 256 are allowed; shorten it',
    ],
    [
      'a name with capitals',
      '  tools: [{name: Transfer, names: [a], effect: Deny}]',
      '1:18: spec.tools[0].name: "Transfer" is not a name: lower-case letters, digits and "-", a letter or digit at both ends; write for example transfer-needs-approval',
    ],
    [
      'a name used twice',
      '  tools: [{name: a, names: [a], effect: Deny}]\n  prompts: [{name: a, names: [a], effect: Deny}]',
      '2:20: spec.prompts[0].name: "a" is the name of tools[0] already; give every rule of a pack a name of its own',
    ],
    [
      'a reason of two lines',
      '  tools: [{names: [a], effect: Deny, reason: "a\\nb"}]',
      '1:46: spec.tools[0].reason: "a\\nb" has a line break or a control character; write one line, for example transfers need a second person',
    ],
    [
      'principals that are nobody',
      '  tools: [{names: [a], effect: Deny, principals: {names: []}}]',
      '1:50: spec.tools[0].principals: names nobody, so the rule could never apply; list `names` or `groups`, or remove it to mean everyone',
    ],
    [
      'a wildcard for principals',
      '  tools: [{names: [a], effect: Deny, principals: {names: ["*"]}}]',
      '1:59: spec.tools[0].principals.names[0]: "*" has a "*", a line break or a control character, but principals go by exact name; write for example billing-agent, or remove `principals` to mean everyone',
    ],
    [
      'approval without need',
      '  tools: [{names: [a], effect: Log, approval: {hold: 5s}}]',
      '1:47: spec.tools[0].approval: has no meaning with effect Log; remove it or write `effect: RequireApproval`',
    ],
    [
      'a duration without unit',
      '  tools: [{names: [a], effect: RequireApproval, approval: {hold: "50"}}]',
      '1:66: spec.tools[0].approval.hold: "50" is not a duration: whole numbers with h, m, s or ms, largest first; write for example 45s',
    ],
    [
      'a duration out of range',
      '  tools: [{names: [a], effect: RequireApproval, approval: {expires: 5s}}]',
      '1:69: spec.tools[0].approval.expires: "5s" is out of range; write a duration from 10s to 24h',
    ],
    [
      'a quantity of another kind',
      '  limits: {body: 1MB}',
      '1:18: spec.limits.body: "1MB" is not a quantity: a whole number of bytes, or one with k, M, G, Ki, Mi or Gi; write for example 256Ki',
    ],
    [
      'a quantity out of range',
      '  limits: {body: 1Gi}',
      '1:18: spec.limits.body: "1Gi" is out of range; write a quantity from 1Ki to 4Mi',
    ],
    [
      'arguments of a Deny',
      '  tools: [{names: [a], effect: Deny, arguments: {path: {type: path, roots: [/]}}}]',
      '1:49: spec.tools[0].arguments: has no effect with Deny, which refuses the call whatever its arguments; remove it, or allow the good arguments by a rule with `effect: Allow`',
    ],
    [
      'arguments of a prompt',
      '  prompts: [{names: [a], effect: Allow, arguments: {}}]',
      '1:41: spec.prompts[0].arguments: unknown field `arguments`; the fields here are names, name, effect, mode, principals, reason, approval, when',
    ],
    [
      'no arguments at all',
      '  tools: [{names: [a], effect: Allow, arguments: {}}]',
      '1:50: spec.tools[0].arguments: constrains nothing; name a parameter, for example `path: {type: path, roots: [/data]}`, or remove it',
    ],
    [
      'another type of argument',
      '  tools: [{names: [a], effect: Allow, arguments: {u: {type: planet, roots: [/]}}}]',
      `1:61: spec.tools[0].arguments.u.type: "planet" is not a type of argument; write one of ${Object.keys(ARGUMENT_TYPES).join(', ')}`,
    ],
    [
      'a root that is not absolute',
      '  tools: [{names: [a], effect: Allow, arguments: {p: {type: path, roots: [data]}}}]',
      '1:75: spec.tools[0].arguments.p.roots[0]: "data" is not an absolute path; write for example /data',
    ],
    [
      'a root with a way up',
      '  tools: [{names: [a], effect: Allow, arguments: {p: {type: path, roots: [/data/..]}}}]',
      '1:75: spec.tools[0].arguments.p.roots[0]: "/data/.." has an empty, "." or ".." part or a control character; write the plain path, for example /data',
    ],
    [
      'approval of a method',
      '  methods: [{names: [a], effect: RequireApproval}]',
      '1:34: spec.methods[0].effect: "RequireApproval" is not possible here: nobody could judge the request of a method that MCP does not know from what an approver is shown; write one of Allow, Log, Deny',
    ],
    [
      'another effect of a method',
      '  methods: [{names: [a], effect: Denny}]',
      '1:34: spec.methods[0].effect: "Denny" is not an effect; did you mean Deny?',
    ],
    [
      'a method that tools are called by',
      '  methods: [{names: ["vendor/*", tools/call], effect: Deny}]',
      '1:34: spec.methods[0].names[1]: "tools/call" is a method of MCP, which rules on methods are not asked about; write a rule on `tools`',
    ],
    [
      'a method that servers ask by',
      '  methods: [{names: [sampling/createMessage], effect: Deny}]',
      '1:22: spec.methods[0].names[0]: "sampling/createMessage" is a method of MCP, which rules on methods are not asked about; write a rule on `clientRequests.sampling`',
    ],
    [
      'a name used by a tool and a method',
      '  tools: [{name: a, names: [a], effect: Deny}]\n  methods: [{name: a, names: [a], effect: Deny}]',
      '2:20: spec.methods[0].name: "a" is the name of tools[0] already; give every rule of a pack a name of its own',
    ],
    [
      'a slip in what servers may ask',
      '  clientRequests: {smapling: {effect: Deny}}',
      '1:20: spec.clientRequests.smapling: unknown field `smapling`; did you mean `sampling`?',
    ],
    [
      'an effect where a mapping belongs',
      '  clientRequests: {sampling: Deny}',
      '1:30: spec.clientRequests.sampling: expected a mapping, got a string; write its fields as `field: value`; they are effect, mode, when, reason',
    ],
    [
      'approval of a request of servers',
      '  clientRequests: {roots: {effect: RequireApproval}}',
      '1:36: spec.clientRequests.roots.effect: "RequireApproval" is not possible here: an approval holds the call of a client, and this is the request of a server; write one of Allow, Log, Deny',
    ],
    [
      'hosts of forms',
      '  clientRequests: {elicitation: {effect: Allow, hosts: [a.com]}}',
      '1:49: spec.clientRequests.elicitation.hosts: unknown field `hosts`; the fields here are effect, mode, when, reason',
    ],
    [
      'hosts of a Deny',
      '  clientRequests: {urlElicitation: {effect: Deny, hosts: [a.com]}}',
      '1:58: spec.clientRequests.urlElicitation.hosts: has no effect with Deny, which refuses every URL; remove it, or write `effect: Allow` to let these hosts through',
    ],
    [
      'a URL for a host',
      '  clientRequests: {urlElicitation: {effect: Allow, hosts: ["https://a.com/"]}}',
      '1:60: spec.clientRequests.urlElicitation.hosts[0]: "https://a.com/" is not a host: lower case, without scheme, port or path, other scripts as punycode (xn--…); write for example pay.example.com, or *.example.com for every host below it',
    ],
    [
      'too long a batch',
      '  limits: {batch: 101}',
      '1:19: spec.limits.batch: 101 is not a whole number from 0 to 100; write for example 20',
    ],
    [
      'an idle time out of range',
      '  limits: {sessionIdle: 30s}',
      '1:25: spec.limits.sessionIdle: "30s" is out of range; write a duration from 1m to 24h',
    ],
    [
      'a selector of nothing',
      '  targets: {matchLabels: {}}',
      '1:26: spec.targets.matchLabels: selects nothing; write a label, or remove `targets` to mean every server',
    ],
    [
      'a label key of another form',
      '  targets: {matchLabels: {"a b": c}}',
      '1:27: spec.targets.matchLabels["a b"]: "a b" is not a label key; write for example app or app.kubernetes.io/name',
    ],
    ['the value behind an alias', '  tools: [{names: &n x, effect: Deny}, {names: *n, effect: Deny}]', null],
  ])('with %s', (_, spec, problem) => {
    const problems = specProblems(PACK, `${spec}\n`);
    if (problem === null) expect(problems).toHaveLength(2);
    else expect(problems).toEqual([problem]);
  });

  it.each([
    ['tool', '  tools: [{names: [a]}]'],
    ['resource', '  resources: [{uris: [a]}]'],
    ['prompt', '  prompts: [{names: [a]}]'],
    ['method', '  methods: [{names: [a]}]'],
  ])('needs an effect in a %s rule', (_, spec) => {
    expect(specProblems(PACK, `${spec}\n`)[0]).toMatch(/effect: is missing/);
  });

  it('names every fault of a document at once, in the order of the text', () => {
    const spec =
      '  mode: shadow\n  tools:\n    - {name: a, names: b, effect: Denny}\n    - {name: a, names: [c], effect: Deny, efect: Log}\n';
    expect(specProblems(PACK, spec).map((text) => text.split(': ', 2).join(': '))).toEqual([
      '1:9: spec.mode',
      '3:24: spec.tools[0].names',
      '3:35: spec.tools[0].effect',
      '4:14: spec.tools[1].name',
      '4:43: spec.tools[1].efect',
    ]);
  });

  it('gives the value beside the message, for programs', () => {
    expect(loadDocuments(`${PACK}  mode: shadow\n`, 'f.yaml').problems).toEqual([
      {
        file: 'f.yaml',
        line: 5,
        column: 9,
        path: 'spec.mode',
        value: '"shadow"',
        message: '"shadow" is not a mode',
        mend: 'did you mean Shadow?',
      },
    ]);
  });

  it('in a namespace with a slip is not put into another', () => {
    expect(problemsOf(`${PACK}  tools: []\n`.replace('}', ', nmespace: prod}'))).toEqual([
      'f.yaml:3:28: metadata.nmespace: unknown field `nmespace`; did you mean `namespace`?',
    ]);
  });
});

describe('an MCPServer', () => {
  it.each([
    [
      'no server',
      '  access: {}',
      '1:3: spec: names no server; add `workload: {selector: {matchLabels: {app: my-server}}, port: 8080}`, or one of run, remote and stdio',
    ],
    [
      'two servers',
      '  remote: {url: "http://a/"}\n  stdio: {command: [a]}',
      '2:10: spec.stdio: stands beside remote, and a server is one or the other; remove one of the two',
    ],
    [
      'a digit first in its name',
      null,
      'f.yaml:3:18: metadata.name: "1st" is not the name of a server: lower-case letters, digits and "-", a letter first, a letter or digit last; write for example ledger',
    ],
    [
      'a selector of nothing',
      '  workload: {selector: {matchLabels: {}}, port: 8080}',
      '1:38: spec.workload.selector.matchLabels: selects nothing; write a label that the pods of the server have, for example `app: ledger`',
    ],
    [
      'no selector',
      '  workload: {port: 8080}',
      '1:13: spec.workload: needs exactly one of selector and targetRef; keep or add one',
    ],
    [
      'a port out of range',
      '  workload: {selector: {matchLabels: {a: b}}, port: 70000}',
      '1:53: spec.workload.port: 70000 is not a port: a number from 1 to 65535, or the name of a container port; write for example 8080',
    ],
    [
      'a port in quotes',
      '  workload: {selector: {matchLabels: {a: b}}, port: "8080"}',
      '1:53: spec.workload.port: "8080" is not a port: a number from 1 to 65535, or the name of a container port; write for example 8080',
    ],
    [
      'a port that is a list',
      '  workload: {selector: {matchLabels: {a: b}}, port: [mcp]}',
      '1:53: spec.workload.port: is not a port: a number from 1 to 65535, or the name of a container port; write for example 8080',
    ],
    [
      'the port of the sidecar',
      '  run: {image: a, port: 8484}',
      '1:25: spec.run.port: 8484 is a port of the sidecar in the same pod; let the server listen on another port, for example 8080',
    ],
    [
      'a path with a query',
      '  run: {image: a, port: 8080, path: "/mcp?a=b"}',
      '1:37: spec.run.path: "/mcp?a=b" is not the path of a URL: "/" first, no query, no fragment, no blanks; write for example /mcp',
    ],
    [
      'too many replicas',
      '  run: {image: a, port: 8080, replicas: 101}',
      '1:41: spec.run.replicas: 101 is not a whole number from 0 to 100; write for example 1',
    ],
    [
      'an image with a blank',
      '  run: {image: "a b", port: 8080}',
      '1:16: spec.run.image: "a b" is not the reference of an image; write for example registry.example.com/ledger-mcp:1.4.2',
    ],
    [
      'a variable twice',
      '  run: {image: a, port: 1, env: [{name: A, value: x}, {name: A, value: y}]}',
      '1:62: spec.run.env[1].name: "A" is in the list already; keep one of the two',
    ],
    [
      'a variable without value',
      '  run: {image: a, port: 1, env: [{name: A}]}',
      '1:34: spec.run.env[0]: needs exactly one of value and valueFrom; keep or add one',
    ],
    [
      'a variable from two places',
      '  run: {image: a, port: 1, env: [{name: A, valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: a, key: b}}}]}',
      '1:55: spec.run.env[0].valueFrom: needs exactly one of secretKeyRef and configMapKeyRef; keep or add one',
    ],
    [
      'an amount of CPU with a wrong unit',
      '  run: {image: a, port: 1, resources: {limits: {cpu: 1k}}}',
      '1:54: spec.run.resources.limits.cpu: "1k" is not an amount of CPU: cores, or thousandths of one with m; write for example 250m or "0.5"',
    ],
    [
      'a fraction of a core without quotes',
      '  run: {image: a, port: 1, resources: {limits: {cpu: 0.5}}}',
      '1:54: spec.run.resources.limits.cpu: 0.5 is not an amount of CPU: cores, or thousandths of one with m; write for example 250m or "0.5"',
    ],
    [
      'more requested than allowed',
      '  run: {image: a, port: 1, resources: {requests: {memory: 1Gi}, limits: {memory: 1G}}}',
      '1:59: spec.run.resources.requests.memory: "1Gi" is more than limits.memory, so no pod could start; lower the one or raise the other',
    ],
    [
      'another scheme',
      '  remote: {url: "ftp://a/"}',
      '1:17: spec.remote.url: "ftp://a/" is not an http or https URL; write for example http://127.0.0.1:8080/mcp',
    ],
    [
      'a fragment',
      '  remote: {url: "http://a/#x"}',
      '1:17: spec.remote.url: "http://a/#x" has a fragment, which is never sent to a server; remove the "#" and what follows',
    ],
    ['no program', '  stdio: {command: [""]}', '1:21: spec.stdio.command[0]: "" is empty; write the program to start'],
    [
      'a command for a shell',
      '  stdio: {command: my-server --fast}',
      '1:20: spec.stdio.command: expected a list, got a string; write `command: ["my-server --fast"]`',
    ],
    [
      'a variable of another form',
      '  stdio: {command: [a], env: {LOG-LEVEL: x}}',
      '1:31: spec.stdio.env.LOG-LEVEL: "LOG-LEVEL" is not the name of a variable; write for example LOG_LEVEL',
    ],
    [
      'a yes',
      '  stdio: {command: [a]}\n  access: {anonymous: yes}',
      '2:23: spec.access.anonymous: expected true or false, got a string; write `anonymous: true`, without quotes',
    ],
    [
      'an off',
      '  stdio: {command: [a]}\n  access: {anonymous: off}',
      '2:23: spec.access.anonymous: expected true or false, got a string; write `anonymous: false`, without quotes',
    ],
    [
      'a host with port',
      '  stdio: {command: [a]}\n  access: {hosts: ["a.example:80"]}',
      '2:20: spec.access.hosts[0]: "a.example:80" is not a host name: lower case, without scheme or port; write for example mcp.example.com',
    ],
    [
      'an origin with path',
      '  stdio: {command: [a]}\n  access: {origins: ["https://a.example/"]}',
      '2:22: spec.access.origins[0]: "https://a.example/" is not an origin: scheme, host and port in lower case, without a path; write for example https://app.example.com',
    ],
    [
      'tokens that nobody reads',
      '  remote: {url: "http://a/"}\n  access: {authorization: Server, tokens: {secretName: clients}}',
      '2:43: spec.access.tokens: is not read where the server checks tokens itself; remove it, or `authorization: Server`',
    ],
    [
      'a gate that is in no pod',
      '  remote: {url: "http://a/"}\n  gate: {logLevel: debug}',
      '2:9: spec.gate: is of the gate in the pods of a server, and this one has none; remove it',
    ],
    [
      'anonymous callers where everybody is',
      '  remote: {url: "http://a/"}\n  access: {anonymous: true, authorization: Server}',
      '2:23: spec.access.anonymous: true says nothing where the server checks tokens itself; remove it, or `authorization: Server`',
    ],
    [
      'a program that is to do OAuth',
      '  stdio: {command: [a]}\n  access: {authorization: Server}',
      '2:27: spec.access.authorization: "Server" is Server, and a program on standard input asks nobody for a token; write Gate',
    ],
    [
      'somebody else who asks',
      '  remote: {url: "http://a/"}\n  access: {authorization: Upstream}',
      '2:27: spec.access.authorization: "Upstream" is not allowed here; write one of Gate, Server',
    ],
  ])('with %s', (_, spec, problem) => {
    if (spec === null) {
      expect(problemsOf(`${SERVER.replace('ledger', '1st')}  remote: {url: "http://a/"}\n`)).toEqual([problem]);
    } else expect(specProblems(SERVER, `${spec}\n`)).toEqual([problem]);
  });

  it.each([
    ['cores', '{requests: {cpu: "0.5"}, limits: {cpu: 1}}'],
    ['thousandths of cores', '{requests: {cpu: 999m}, limits: {cpu: 1}}'],
    ['bytes', '{requests: {memory: 1000000000}, limits: {memory: 1G}}'],
    ['powers of two', '{requests: {memory: 0.5Gi}, limits: {memory: 512Mi}}'],
    ['one side alone', '{requests: {memory: 1Ti}}'],
  ])('may say amounts in %s', (_, resources) => {
    expect(specProblems(SERVER, `  run: {image: a, port: 8080, resources: ${resources}}\n`)).toEqual([]);
  });

  it.each([
    ['a password in its URL', '  remote: {url: "https://ada:hunter2@a/"}'],
    ['a password that is a variable of the wrong type', '  stdio: {command: [a], env: {PASSWORD: [hunter2]}}'],
    [
      'a password of an image that is of the wrong type',
      '  run: {image: a, port: 1, env: [{name: PASSWORD, value: [hunter2]}]}',
    ],
    ['a password with a NUL in an image', '  run: {image: a, port: 1, env: [{name: PASSWORD, value: "hunter2\\0"}]}'],
    ['a password beside its name', '  run: {image: a, port: 1, env: ["PASSWORD=hunter2"]}'],
    ['a password with a NUL', '  stdio: {command: [a], env: {PASSWORD: "hunter2\\0"}}'],
    ['a password that YAML takes for an alias', '  stdio: {command: [a], env: {PASSWORD: *hunter2 }}'],
    ['a password that YAML takes for a tag', '  stdio: {command: [a], env: {PASSWORD: !hunter2 }}'],
  ])('does not have %s repeated', (_, spec) => {
    const { problems } = loadDocuments(`${SERVER}${spec}\n`, 'f.yaml');
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});

function request(target: string): string {
  return `apiVersion: sallyport.dev/v1alpha1
kind: ApprovalRequest
metadata: {name: a}
spec:
  server: ledger
  subject:
    type: Call
    call:
      method: tools/call
      ${target}
      preview: {amount: 5000, deep: [{a: null}]}
      digest: sha256:${'a'.repeat(64)}
  principal: {name: agent, groups: []}
  reason: transfers need a second person
  rule: finance/payments#transfer
  revision: sha256:${'b'.repeat(64)}
  expiresAt: 2026-11-21T10:15:00Z
status: {state: Pending}
`;
}

describe('the URL of an endpoint', () => {
  const spec = (url: string): string => `  remote: {url: "http://a/"}\n  access: {url: ${JSON.stringify(url)}}`;

  it.each([
    'https://mcp.example.com/mcp',
    'https://mcp.example.com',
    'https://mcp.example.com:8443/servers/ledger/mcp',
    'https://[2001:db8::1]/mcp',
    'http://localhost:8484/mcp',
    'http://ledger.localhost/mcp',
    'http://127.0.0.1:8484/mcp',
    'http://[::1]:8484/mcp',
    'http://ledger/mcp',
    'http://ledger.finance.svc/mcp',
    'http://ledger.finance.svc.cluster.local:80/mcp',
  ])('is taken: %s', (url) => {
    expect(specProblems(SERVER, `${spec(url)}\n`)).toEqual([]);
  });

  it.each([
    'http://mcp.example.com/mcp',
    'http://ledger.svc.example.com/mcp',
    'ftp://mcp.example.com/mcp',
    'https://ada:secret@mcp.example.com/mcp',
    'https://mcp.example.com/mcp?x=1',
    'https://mcp.example.com/mcp#x',
    'https://MCP.example.com/mcp',
    'https://mcp.example.com:99999/mcp',
    'http://127.0.0.999/mcp',
    'https:///mcp',
    'mcp.example.com/mcp',
    'https://mcp.example.com/ mcp',
  ])('is refused: %s', (url) => {
    expect(specProblems(SERVER, `${spec(url)}\n`)).toEqual([
      expect.stringMatching(/^2:17: spec\.access\.url: .*is not the URL of an endpoint: .*; write for example https:/),
    ]);
  });
});

describe('an ApprovalRequest', () => {
  it('has one target', () => {
    expect(problemsOf(request('tool: transfer'))).toEqual([]);
  });

  it.each([
    [
      'no target',
      '',
      'f.yaml:9:7: spec.subject.call: does not say what is called; add one of tool, resource or prompt',
    ],
    [
      'two targets',
      'tool: a\n      prompt: b',
      'f.yaml:11:15: spec.subject.call.prompt: "b" is a second target beside tool, and a call has one; remove one of the two',
    ],
  ])('with %s is refused', (_, target, problem) => {
    expect(problemsOf(request(target))).toEqual([problem]);
  });

  it('about a call that is not there is refused', () => {
    const text = request('tool: a').replace(/ {4}call:[^]*(?= {2}principal)/, '');
    expect(problemsOf(text)).toEqual(['f.yaml:7:5: spec.subject.call: is missing; add `call` (The held call)']);
  });

  it('with a time that is none is refused', () => {
    expect(problemsOf(request('tool: a').replace('2026-11-21T10:15:00Z', 'tomorrow'))).toEqual([
      'f.yaml:17:14: spec.expiresAt: "tomorrow" is not a time; write for example "2026-11-21T10:15:00Z"',
    ]);
  });
});

function secret(rest: string): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: clients.v2}\n${rest}\n`;
}

describe('a Secret', () => {
  it('may have a name with dots', () => {
    expect(problemsOf(secret('stringData: {agent: "sha256: x"}'))).toEqual([]);
  });

  it.each([
    ['a value of the wrong type', 'stringData: {a: [hunter2]}'],
    ['a mapping where text is due', 'stringData:\n  a:\n    sha256: hunter2'],
    ['another field', 'stringDta: {a: hunter2}'],
    ['a type of the wrong form', 'type: "hunter2\\n"'],
    ['another data', 'data: hunter2'],
    ['a value that is no YAML', 'data: {a: *hunter2}'],
    ['an unclosed value', 'data: {a: "hunter2}'],
    ['a value after a value', 'data: {a: "x" hunter2}'],
  ])('with %s is not repeated', (_, rest) => {
    const { problems } = loadDocuments(secret(rest), 'f.yaml');
    expect(problems).not.toEqual([]);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });
});
