/** Objects with every field there is, valid in each: what tests spoil one field at a time. */
import { DETECTABLE } from '../../../../core/inspect/content/detectors.ts';
import { API_VERSION } from '../../../../core/api/common.ts';
import { ARGUMENT_SAMPLES } from '../../../../core/policy/testing/argument-samples.ts';
import { TestAuthority } from '../../../../core/x509/testing/test-authority.ts';
import type { CustomObject } from './raw-api.ts';
import { completeSequences } from './sequences.ts';

const labels = { app: 'ledger', 'app.kubernetes.io/name': 'ledger' };
const digest = `sha256:${'a'.repeat(64)}`;
const time = '2026-11-21T10:15:00Z';

const authority = TestAuthority.root();

const access = {
  authorization: 'Gate',
  url: 'https://mcp.example.com/mcp',
  anonymous: true,
  tokens: { secretName: 'ledger-clients' },
  jwt: [
    {
      ...{ issuer: 'https://login.example.com', audiences: ['https://mcp.example.com/mcp'] },
      ...{ jwksUrl: 'https://login.example.com/keys', algorithms: ['ES256'], clockSkew: '10s' },
      claims: { name: 'sub', groups: '/realm_access/roles', scopes: 'scope' },
      require: { tenant: 'acme' },
      dpop: 'Required',
    },
    { issuer: 'https://other.example.com', audiences: ['a'], jwks: '{"keys":[{"kty":"EC"}]}' },
  ],
  revocations: { secretName: 'ledger-revocations' },
  certificates: {
    mode: 'Required',
    trust: [
      {
        ...{ name: 'mesh', ca: authority.ca, names: 'Spiffe', trustDomain: 'example.org' },
        ...{ groups: ['mesh'], crl: authority.crl([]) },
      },
      { name: 'partner', ca: TestAuthority.root().ca, names: 'Dns' },
    ],
  },
  trustedProxies: [
    {
      ...{ name: 'edge', addresses: ['10.0.4.0/24'] },
      user: { header: 'X-Forwarded-User', groups: 'X-Forwarded-Groups' },
    },
    {
      ...{ name: 'istio', certificate: { trust: 'mesh', name: 'spiffe://example.org/ns/edge/sa/gateway' } },
      clientCertificate: { header: 'X-Forwarded-Client-Cert', names: 'Spiffe', trustDomain: 'example.org' },
    },
  ],
  tls: { secretName: 'ledger-tls' },
  serviceAccounts: { audiences: ['ledger.finance.sallyport.dev'], namespaces: ['agents'], verify: 'Online' },
  order: ['JWT', 'Tokens', 'ServiceAccounts', 'Certificates', 'TrustedProxies'],
  hosts: ['mcp.example.com'],
  origins: ['https://app.example.com'],
};

const LIMITED = {
  ...{ names: ['billing-agent'], groups: ['agents'] },
  ...{ issuers: ['https://login.example.com'], scopes: ['pay'] },
};

const ofPod = { serviceAccountAudience: 'https://login.example.com' };
const idp = { secretName: 'ledger-idp', key: 'client-secret' };
const asking = {
  ...{ issuer: 'https://login.example.com', clientId: 'ledger-gate' },
  ...{ scopes: ['ledger.read'], resources: ['https://ledger.example.com'], audiences: ['ledger'] },
};

const upstream = {
  credentials: [
    {
      ...{ name: 'for-agents', header: 'Authorization', prefix: 'Bearer ' },
      from: { secretName: 'ledger-keys', key: 'agents' },
      principals: { names: ['billing-agent'], groups: ['agents'], scopes: ['pay'], issuers: ['https://a.example.com'] },
    },
    { name: 'in-the-url', query: 'key', from: { secretName: 'ledger-keys', key: 'url' } },
    {
      name: 'fetched',
      header: 'X-Fetched',
      from: { clientCredentials: { ...asking, clientSecret: idp, sendSecretIn: 'Body' } },
    },
    {
      ...{ name: 'signed', header: 'X-Signed' },
      from: {
        clientCredentials: { tokenUrl: 'https://a.example.com/t', clientId: 'gate', privateKey: idp, keyId: 'a' },
      },
    },
    { name: 'vouched', header: 'X-Vouched', from: { clientCredentials: { ...asking, clientAssertion: ofPod } } },
    {
      ...{ name: 'on-behalf', header: 'X-On-Behalf' },
      from: {
        tokenExchange: {
          ...{ tokenUrl: 'https://a.example.com/t', clientId: 'gate', privateKey: idp, keyId: 'a' },
          protocol: 'OnBehalfOf',
        },
      },
    },
    {
      ...{ name: 'exchanged', header: 'X-Exchanged' },
      from: {
        tokenExchange: {
          ...asking,
          clientAssertion: ofPod,
          ...{ protocol: 'TokenExchange', subjectTokenType: 'Jwt', actorToken: { ...idp, type: 'Jwt' } },
        },
      },
    },
    {
      ...{ name: 'acting', header: 'X-Acting' },
      from: {
        tokenExchange: {
          ...asking,
          ...{ clientSecret: idp, sendSecretIn: 'Body' },
          actorToken: { ...ofPod, type: 'Jwt' },
        },
      },
    },
  ],
  unmatched: 'Send',
  onEcho: 'Deny',
};

const state = {
  valkey: {
    ...{ url: 'rediss://valkey.data.svc:6379', database: 3, username: 'gate', ca: authority.ca, onFailure: 'Deny' },
    passwordFrom: { secretName: 'ledger-keys', key: 'store' },
  },
};

/** Of a program. */
const env = [
  { name: 'api', env: 'API_KEY', from: { file: '/home/ada/.keys/api' } },
  { name: 'other', env: 'OTHER_KEY', from: { command: ['pass', 'show', 'other'] } },
];

const passthrough = [{ path: '/metrics', methods: ['GET'], anonymous: true }];

const run = {
  image: 'registry.example.com/ledger-mcp:1.4.2',
  command: ['/server'],
  args: ['--http'],
  env: [
    { name: 'LOG_LEVEL', value: 'info' },
    { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'ledger-database', key: 'password' } } },
    { name: 'REGION', valueFrom: { configMapKeyRef: { name: 'ledger-settings', key: 'region' } } },
  ],
  port: 8080,
  path: '/mcp',
  passthrough,
  replicas: 2,
  resources: { requests: { cpu: '250m', memory: '128Mi' }, limits: { cpu: 1, memory: '1Gi' } },
  serviceAccountName: 'ledger',
  imagePullSecrets: [{ name: 'registry' }],
  imagePullPolicy: 'IfNotPresent',
};

const rule = {
  name: 'a-rule',
  effect: 'RequireApproval',
  mode: 'Enforce',
  principals: {
    ...{ names: ['billing-agent'], groups: ['agents'] },
    ...{ issuers: ['https://login.example.com'], scopes: ['ledger:write'] },
  },
  reason: 'transfers need a second person',
  approval: {
    ...{ quorum: 2, approvers: { users: ['ada', 'grace'], groups: ['treasury'] } },
    ...{ veto: false, expires: '15m', hold: '45s', onTimeout: 'Deny', tell: 'Elicitation' },
    ...{ notify: ['treasury-slack'], grants: { maxDuration: '2h', maxUses: 10 } },
  },
};

/** What cannot stand beside the approval of the rule above. */
const dualPath = {
  effect: 'RequireApproval',
  approval: {
    all: [
      { quorum: 1, approvers: { groups: ['treasury'] } },
      { quorum: 2, approvers: { users: ['ada', 'grace'] } },
    ],
  },
};

const BUDGETS = [
  {
    ...{ name: 'day', mode: 'Enforce', per: ['principal', 'tool'], tools: ['export_*'], credits: 1000, every: 'Day' },
    ...{ timeZone: 'Europe/Berlin', warnAt: [80, 100], effect: 'RequireApproval', reason: 'ask for more' },
    principals: {
      ...{ names: ['billing-agent'], groups: ['agents'] },
      ...{ issuers: ['https://login.example.com'], scopes: ['pay'] },
    },
    costs: [
      { tools: ['export_*'], credits: 5, perKiB: 0.5 },
      { tools: ['export_all'], cost: 'arguments.count * 2' },
    ],
    price: { amount: '0.01', currency: 'EUR' },
  },
  { credits: 10, window: '1h' },
];

const CLIENT = 'principal.name == "billing-agent"';

function server(name: string, spec: object): CustomObject {
  return { apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name, labels }, spec };
}

export const COMPLETE = {
  workload: server('complete-workload', {
    workload: {
      ...{ selector: { matchLabels: labels }, port: 'mcp', path: '/mcp', passthrough },
      ports: [{ name: 'admin', port: 9090, path: '/admin' }],
    },
    service: { name: 'ledger', create: true, sessionAffinity: 'ClientIP', ports: [{ name: 'mcp', port: 80 }] },
    gate: {
      logLevel: 'debug',
      resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: 1, memory: '512Mi' } },
    },
    access,
    upstream,
    state,
  }),
  target: server('complete-target', {
    workload: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'ledger' }, port: 8080 },
  }),
  run: server('complete-run', { run, access: { tls: { issuer: 'Operator' } } }),
  remote: server('complete-remote', {
    remote: { url: 'https://mcp.example.com/mcp?v=1' },
    upstream: { clientCertificate: { secretName: 'ledger-client' } },
    state: { valkey: { url: 'redis://127.0.0.1', passwordFrom: { file: '/home/ada/.keys/store' } } },
  }),
  stdio: server('complete-stdio', {
    stdio: { command: ['server'], env: { LOG_LEVEL: 'info' }, cwd: '/srv' },
    upstream: { credentials: env },
  }),
  pack: {
    apiVersion: API_VERSION,
    kind: 'PolicyPack',
    metadata: { name: 'complete-pack', labels },
    spec: {
      mode: 'Enforce',
      targets: { matchLabels: labels },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'finance' } },
      tools: [
        {
          names: ['transfer', 'pay_*'],
          ...rule,
          when: 'arguments.amount > 1000 && !("treasury" in principal.groups)',
          arguments: { ...ARGUMENT_SAMPLES, path: { type: 'path', mode: 'Shadow', roots: ['/data', '/srv/a/'] } },
        },
        { names: ['pay'], ...dualPath },
      ],
      resources: [
        { uris: ['file:///data/**'], ...rule, name: 'b-rule', when: 'resource.uri.endsWith(".csv")' },
        { uris: ['file:///pay/**'], ...dualPath },
      ],
      prompts: [
        { names: ['summarise'], ...rule, name: 'c-rule', when: 'prompt.name == "a"' },
        { names: ['a'], ...dualPath },
      ],
      methods: [
        {
          names: ['vendor/*'],
          name: 'd-rule',
          effect: 'Log',
          mode: 'Shadow',
          principals: rule.principals,
          when: 'method.name == "vendor/a"',
          reason: 'this extension is not reviewed yet',
        },
      ],
      clientRequests: {
        sampling: { effect: 'Deny', mode: 'Shadow', when: CLIENT, reason: 'servers here bring their own model' },
        elicitation: { effect: 'Log', mode: 'Shadow', when: CLIENT, reason: 'forms are looked at' },
        urlElicitation: {
          effect: 'Allow',
          mode: 'Enforce',
          when: CLIENT,
          hosts: ['pay.example.com', '*.example.com'],
          reason: 'people sign in on our own pages only',
        },
        roots: { effect: 'Allow', when: CLIENT, mode: 'Shadow', reason: 'a project is no secret' },
      },
      arguments: {
        schema: 'Shadow',
        limits: { mode: 'Shadow', maxDepth: 8, maxLength: 20_000, maxItems: 500, maxProperties: 100, maxSize: '64Ki' },
      },
      definitions: {
        ...{ mode: 'Enforce', pin: 'Required', accept: [digest], onChange: 'Deny', hiddenText: 'Deny' },
        ...{ modelInstructions: 'Log', otherTools: 'Log', names: 'Log', schemaTricks: 'Log', annotations: 'Log' },
      },
      detectors: {
        use: 'Default',
        mode: 'Shadow',
        when: 'tool.name.startsWith("get_")',
        except: [{ tools: ['probe_*'], parameters: ['host'] }],
      },
      dlp: [
        {
          name: 'e-rule',
          detect: [...DETECTABLE],
          hosts: ['images.example.com'],
          patterns: [{ name: 'codename', pattern: 'PROJECT-[A-Z]{4}' }],
          words: [{ name: 'projects', words: ['Blue Harvest'] }],
          in: ['arguments', 'results'],
          tools: ['get_*'],
          when: CLIENT,
          effect: 'Redact',
          mode: 'Shadow',
          reason: 'keys stay where they are',
        },
      ],
      limits: {
        ...{ body: '256Ki', batch: 20, sessionIdle: '1h', budget: BUDGETS },
        rate: [
          {
            ...{ name: 'burst', per: ['principal', 'group', 'tool', 'server', 'session'], tools: ['get_*'] },
            ...{ principals: LIMITED, mode: 'Shadow', calls: 60, window: '1m' },
          },
        ],
        concurrent: [
          {
            ...{ name: 'slots', per: ['principal'], tools: ['get_*'] },
            ...{ principals: LIMITED, mode: 'Shadow', calls: 5 },
          },
        ],
        resultBytes: [
          {
            ...{ name: 'bulk', per: ['principal'], tools: ['get_*'] },
            ...{ principals: LIMITED, mode: 'Shadow', bytes: '50Mi', window: '1h' },
          },
        ],
        loops: [
          {
            ...{ name: 'same', per: ['session'], tools: ['get_*'] },
            ...{ principals: LIMITED, mode: 'Shadow', identical: 10, window: '5m' },
          },
          {
            ...{ name: 'fails', per: ['session'], tools: ['get_*'] },
            ...{ principals: LIMITED, mode: 'Shadow', failing: 5, window: '5m' },
          },
        ],
      },
      cache: [
        {
          ...{ name: 'prices', tools: ['get_*'], ttl: '5m', by: 'server', maxBytes: '16Mi' },
          ...{ clearedBy: ['set_*'], trustNames: true },
        },
      ],
      wire: { keys: 'CaseSensitive' },
      audit: { level: 'Required' },
      sequences: completeSequences(rule.approval, dualPath.approval),
      risk: {
        ...{ mode: 'Shadow', per: 'session', approveAt: 50, denyAt: 80, halfLife: '30m', learn: 20 },
        weights: {
          ...{ finding: 10, answerFinding: 10, newTool: 10, newPlace: 10, burst: 15, largeArguments: 10 },
          ...{ destructive: 15, refusal: 5, unusualHour: 10 },
        },
        hours: { from: '07:00', to: '19:00', timeZone: 'Europe/Berlin' },
      },
      taint: [
        {
          name: 'f-rule',
          sources: { labels: ['private-source'], tools: ['read_*'], resources: ['file:///customers/**'] },
          sinks: { labels: ['external-sink'], tools: ['send_mail'] },
          by: 'Content',
          within: '30m',
          per: 'principal',
          principals: { names: ['billing-agent'], groups: ['agents'] },
          effect: 'RequireApproval',
          approval: rule.approval,
          exempt: { arguments: ['to'], tools: ['send_receipt'] },
          mode: 'Enforce',
          reason: 'customer data stays in the house',
        },
        { sources: { tools: ['a'] }, sinks: { tools: ['b'] }, ...dualPath },
      ],
      labels: { 'external-sink': ['send_mail', 'http_*'] },
      halt: {
        ...{ reason: 'incident 4711', by: 'ada', tools: ['send_*'] },
        principals: {
          names: ['billing-agent'],
          groups: ['agents'],
          issuers: ['https://login.example.com'],
          scopes: ['pay'],
        },
      },
      grants: { maxDuration: '1h30m', maxUses: 5, never: ['delete_*'] },
      requesters: [
        {
          principals: { names: ['billing-agent'], groups: ['agents'] },
          ...{ namespaces: ['finance'], users: ['ada'], groups: ['billing-team'] },
        },
      ],
    },
  },
  approval: {
    apiVersion: API_VERSION,
    kind: 'ApprovalRequest',
    metadata: { name: 'complete-approval', labels },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Call',
        call: {
          method: 'tools/call',
          tool: 'transfer',
          preview: { amount: 5000, to: { name: 'ACME', notes: ['a', 'b'] } },
          digest,
          pin: digest,
          shown: {
            title: 'Transfer money',
            description: 'Transfers money between accounts.',
            claims: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
            findings: ['path outside-roots at /path'],
            redacted: [{ kind: 'iban', at: '/to', sent: true }],
            before: {
              ...{ approved: 3, denied: 1, waiting: 2, last: time, request: 'ledger-transfer-x7k2m' },
              differs: ['/amount'],
            },
          },
        },
      },
      principal: {
        ...{ name: 'billing-agent', issuer: 'https://login.example.com', groups: ['agents'] },
        ...{ kubernetesUsers: ['system:serviceaccount:finance:billing'], kubernetesGroups: ['billing-team'] },
      },
      reason: 'transfers need a second person',
      rule: 'finance/payments#transfer',
      revision: digest,
      expiresAt: time,
      quorums: [{ quorum: 2, approvers: { users: ['ada', 'grace'], groups: ['treasury'] } }],
      veto: false,
      notify: ['treasury-slack'],
    },
  },
  definition: {
    apiVersion: API_VERSION,
    kind: 'ApprovalRequest',
    metadata: { name: 'complete-definition', labels },
    spec: {
      server: 'ledger',
      subject: {
        type: 'Definition',
        definition: {
          kind: 'tool',
          name: 'transfer',
          change: 'Changed',
          digest,
          before: digest,
          findings: ['hiddenText at /description: Tag characters.'],
          diff: ['~ /description', '  - "Sends money."', '  + "Sends money to everybody."'],
        },
      },
      principal: { name: 'system:serviceaccount:finance:ledger', groups: [] },
      reason: 'what the server says of it has changed',
      rule: 'finance/payments#definitions',
      revision: digest,
      expiresAt: time,
    },
  },
  storm: {
    apiVersion: API_VERSION,
    kind: 'ApprovalRequest',
    metadata: { name: 'complete-storm', labels },
    spec: {
      server: 'ledger',
      subject: { type: 'Storm', storm: { waiting: 20, tools: ['transfer', 'refund'], digest } },
      principal: { name: 'billing-agent', groups: ['agents'] },
      reason: '20 calls of this caller wait for a person',
      rule: 'finance/payments#transfer',
      revision: digest,
      expiresAt: time,
    },
  },
  grant: {
    apiVersion: API_VERSION,
    kind: 'ApprovalGrant',
    metadata: { name: 'complete-grant', labels },
    spec: {
      server: 'ledger',
      tool: 'transfer',
      principal: { name: 'billing-agent', issuer: 'https://login.example.com' },
      arguments: [
        { at: '/to/name', enum: ['ACME', 5] },
        { at: '/amount', min: 1, max: 5000 },
        { at: '/iban', pattern: 'DE[0-9]{20}' },
        { at: '/dry', json: 'false' },
        { at: '/memo', any: true },
      ],
      rules: ['finance/payments#transfer'],
      pin: digest,
      maxUses: 10,
      expiresAt: time,
      request: 'ledger-transfer-x7k2m',
      reason: 'month end',
      grantedBy: { username: 'ada', groups: ['treasury'] },
      revoked: false,
    },
  },
} satisfies Record<string, CustomObject>;

const condition = {
  type: 'Ready',
  status: 'False',
  reason: 'PodsMissing',
  message: 'no pod is selected',
  observedGeneration: 3,
  lastTransitionTime: time,
};

/** What the operator writes: a status by itself is no part of what users create. */
export const COMPLETE_STATUS = {
  workload: {
    observedGeneration: 3,
    endpoint: 'http://ledger.finance.svc:80/mcp',
    selector: 'app=ledger',
    serviceAccounts: { audiences: ['ledger.finance.sallyport.dev'], issuer: 'https://kubernetes.default.svc' },
    pods: { selected: 3, injected: 3, ready: 3 },
    policy: {
      revision: digest,
      since: time,
      packs: ['finance/payments'],
      enforced: 3,
      summary: '3/3',
      older: [{ revision: digest, pods: 1, enforced: 1 }],
    },
    conditions: [condition],
  },
  pack: {
    observedGeneration: 3,
    servers: { count: 2, names: ['finance/ledger', 'finance/bank'] },
    revision: digest,
    conditions: [condition],
  },
  approval: {
    state: 'Pending',
    decision: 'Approved',
    reason: 'invoice 4711',
    votes: [{ username: 'ada', groups: ['treasury'], decision: 'Approved', reason: 'invoice 4711', time }],
    tally: '1/2',
    notified: { 'treasury-slack': { requested: time, votes: 1, ref: 'C024BE91L/1700000000.000100' } },
    decidedBy: 'ada',
    decidedAt: time,
    consumedAt: time,
  },
  grant: {
    state: 'Active',
    decision: 'Approved',
    reason: 'invoice 4711',
    votes: [{ username: 'bob', decision: 'Approved', reason: 'invoice 4711', time }],
    uses: 1,
    lastUsedAt: time,
    used: [{ id: 'a'.repeat(32), digest, time: '2026-11-21T10:14:59Z' }],
    observedGeneration: 1,
    conditions: [condition],
  },
};
