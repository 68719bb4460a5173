/** Every rule in CEL refuses what it is for, with the words it is meant to. What it must let through is in complete.ts. */
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { WAYS_IN } from '../../../../core/api/access-names.ts';
import { type CrdKindName, crdSchema } from '../../../../core/api/crd/crd.ts';
import type { ArgumentType } from '../../../../core/api/rules/arguments/argument-type.ts';
import { fieldsOf } from '../../../../core/api/rules/arguments/of-type.ts';
import { ARGUMENT_TYPES } from '../../../../core/api/rules/arguments/types.ts';
import { ARGUMENT_SAMPLES } from '../../../../core/policy/testing/argument-samples.ts';
import { SIDECAR_ADMIN_PORT, SIDECAR_PORT } from '../../../../operator/names.ts';
import { cleanupAfterAll } from '../../../support/cleanup.ts';
import { BAD_FETCHED_TOKENS } from './fetched-tokens.ts';
import { COMPLETE } from './complete.ts';
import { asSaid } from './older-words.ts';
import { BAD_SEQUENCES } from './sequences.ts';
import { type CustomObject, messageOf, RawApi } from './raw-api.ts';

const { use } = cleanupAfterAll();
let api: RawApi;
let namespace: string;

beforeAll(async () => {
  api = await use(new RawApi(inject('apiServerKubeconfig')));
  namespace = await api.namespace();
});

const refusals = new Set<string>();

async function refusal(object: CustomObject): Promise<string> {
  const message = messageOf(await api.dryRun(namespace, object));
  refusals.add(message);
  return message;
}

function server(spec: object): CustomObject {
  return { ...COMPLETE.remote, spec };
}

const workload = { selector: { matchLabels: { app: 'a' } }, port: 8080 };
const run = { image: 'a', port: 8080 };
const remote = { url: 'http://a/' };

function pack(spec: object): CustomObject {
  return { ...COMPLETE.pack, spec };
}

const taint = { sources: { tools: ['read'] }, sinks: { tools: ['send'] }, effect: 'Deny' };
const toolRule = { names: ['a'], effect: 'Allow' };
const held = (approval: object) => pack({ tools: [{ names: ['a'], effect: 'RequireApproval', approval }] });

const issuer = { issuer: 'https://login.example.com', audiences: ['a'] };
const tls = { secretName: 'ledger-tls' };
const trusted = { name: 'mesh', ca: 'any', names: 'Spiffe', trustDomain: 'example.org' };
const proxy = { name: 'edge', addresses: ['10.0.4.0/24'], user: {} };

function request(subject: object): CustomObject {
  return { ...COMPLETE.approval, spec: { ...COMPLETE.approval.spec, subject } };
}

const callWith = (changes: object): object => ({
  type: 'Call',
  call: { ...COMPLETE.approval.spec.subject.call, ...changes },
});

function grant(argument: object): CustomObject {
  return { ...COMPLETE.grant, spec: { ...COMPLETE.grant.spec, arguments: [argument] } };
}

function stores(): [what: string, object: CustomObject, message: string][] {
  const store = (one: object, spec: object = { workload }): CustomObject =>
    server({ ...spec, state: { valkey: { url: 'rediss://valkey.data.svc', ...one } } });
  const at = 'spec.state.valkey';
  return [
    ['a store in plain text far away', store({ url: 'redis://valkey.example.com' }), `${at}.url: Invalid value: `],
    [
      'a store with a password in its URL',
      store({ url: 'rediss://:word@valkey.example.com' }),
      'is not the URL of a store',
    ],
    ['a user without a password', store({ username: 'gate' }), `${at}: Invalid value: username goes with a password`],
    [
      'a password from nowhere',
      store({ passwordFrom: { secretName: 'keys' } }),
      `${at}.passwordFrom: Invalid value: names no source, or several`,
    ],
    [
      'authorities of a store without TLS',
      store({ url: 'redis://valkey.data.svc', ca: 'x' }),
      `${at}: Invalid value: ca is for a store that is spoken to over TLS`,
    ],
    [
      'a file with a password in pods',
      store({ passwordFrom: { file: '/etc/passwd' } }),
      'spec: Invalid value: state.valkey.passwordFrom.file is of a gate outside of a cluster',
    ],
  ];
}

function credentials(): [what: string, object: CustomObject, message: string][] {
  const from = { secretName: 'keys', key: 'api' };
  const shown = (one: object, spec: object = { workload }): CustomObject =>
    server({ ...spec, upstream: { credentials: [{ name: 'api', from, ...one }] } });
  const header = 'x-api-key';
  const program = { stdio: { command: ['a'] } };
  const at = 'spec.upstream.credentials[0]';
  return [
    [
      'a key that goes nowhere',
      shown({}),
      `${at}: Invalid value: says nowhere, or in several places, where the key goes`,
    ],
    ['a key that goes to two places', shown({ header, query: 'key' }), 'says nowhere, or in several places'],
    [
      'a key in a header of the transport',
      shown({ header: 'Content-Length' }),
      `${at}.header: Invalid value: "Content-Length": is a header that the gate or the transport writes`,
    ],
    [
      'a prefix in a URL',
      shown({ query: 'key', prefix: 'Bearer ' }),
      `${at}: Invalid value: prefix is what stands before the key in a header`,
    ],
    [
      'a variable for some callers',
      shown({ env: 'KEY', principals: { names: ['ada'] } }, program),
      `${at}: Invalid value: principals is not possible beside env`,
    ],
    ['a key of no source', shown({ header, from: {} }), `${at}.from: Invalid value: names no source, or several`],
    [
      'a Secret without a key',
      shown({ header, from: { secretName: 'keys' } }),
      `${at}.from: Invalid value: key goes with secretName`,
    ],
    [
      'two keys of one name',
      server({
        workload,
        upstream: {
          credentials: [
            { name: 'a', header, from },
            { name: 'a', query: 'key', from },
          ],
        },
      }),
      'spec.upstream.credentials: Invalid value: a name is the name of two credentials',
    ],
    [
      'a variable of a server that is no program',
      shown({ env: 'KEY' }),
      'spec: Invalid value: upstream.credentials.env is for a program that the gate starts',
    ],
    [
      'a header of a program',
      shown({ header }, program),
      'spec: Invalid value: upstream.credentials.header is for a server that is spoken to over HTTP',
    ],
    [
      'a file in pods',
      shown({ header, from: { file: '/etc/passwd' } }),
      'spec: Invalid value: upstream.credentials.from.file is of a gate outside of a cluster',
    ],
    [
      'a client certificate for a server without TLS',
      server({ remote: { url: 'http://127.0.0.1/mcp' }, upstream: { clientCertificate: { secretName: 'keys' } } }),
      'spec: Invalid value: upstream.clientCertificate is shown over TLS by a gate outside of a cluster',
    ],
    [
      'a client certificate in pods',
      server({ workload, upstream: { clientCertificate: { secretName: 'keys' } } }),
      'spec: Invalid value: upstream.clientCertificate is shown over TLS by a gate outside of a cluster',
    ],
    [
      'a header that the server gets from its clients',
      shown({ header: 'AUTHORIZATION' }, { remote, access: { authorization: 'Server' } }),
      'spec: Invalid value: upstream.credentials.header is what the server gets from its clients',
    ],
  ];
}

it.each<[what: string, object: CustomObject, message: string]>([
  ...(['tools', 'resources', 'prompts'] as const).flatMap((list): [string, CustomObject, string][] => {
    const asking = (approval: object) =>
      pack({ [list]: [{ [list === 'resources' ? 'uris' : 'names']: ['a:a'], effect: 'RequireApproval', approval }] });
    const [ada, treasury] = [{ users: ['ada'] }, { groups: ['treasury'] }];
    return [
      [
        `${list} that ask more people than are named`,
        asking({ quorum: 2, approvers: ada }),
        'approval: Invalid value: quorum is more than there are approvers, so nobody could ever approve',
      ],
      [
        `${list} that ask more people than are named on one path`,
        asking({ all: [{ approvers: treasury }, { quorum: 2, approvers: ada }] }),
        'approval.all[1]: Invalid value: quorum is more than there are approvers, so nobody could ever approve',
      ],
      [`${list} that ask nobody`, asking({ approvers: {} }), 'approval.approvers: Invalid value: names nobody'],
      [
        `${list} that ask in two ways`,
        asking({ quorum: 1, all: [{ approvers: treasury }, { approvers: ada }] }),
        'approval: Invalid value: all stands beside quorum or approvers',
      ],
    ];
  }),
  [
    'requesters without anybody',
    pack({ requesters: [{ principals: { names: ['a'] } }] }),
    'names nobody behind the principals; list `users` or `groups`',
  ],
  [
    'a request that asks nobody',
    { ...COMPLETE.approval, spec: { ...COMPLETE.approval.spec, quorums: [{ quorum: 1, approvers: {} }] } },
    'spec.quorums[0].approvers: Invalid value: names nobody',
  ],
  [
    'an MCPServer that names no server',
    server({}),
    'spec: Invalid value: names no server or several; write exactly one of workload, run, remote, stdio',
  ],
  ['an MCPServer that names two', server({ workload, run }), 'names no server or several'],
  [
    'a selector with a key that is none',
    server({ workload: { ...workload, selector: { matchLabels: { 'a b': 'x' } } } }),
    'spec.workload.selector.matchLabels: Invalid value: a key is not a label key; write for example app',
  ],
  ['a workload of no pods', server({ workload: { port: 8080 } }), 'needs exactly one of selector and targetRef'],
  [
    'a workload without a port',
    server({ workload: { selector: workload.selector } }),
    'port is needed where the pods are named by selector or by a kind of apps/v1',
  ],
  [
    'a workload of a kind that is not known',
    server({ workload: { targetRef: { apiVersion: 'batch/v1', kind: 'Job', name: 'x' }, port: 8080 } }),
    'kind is not a kind whose pods can be found',
  ],
  [
    'the port of the sidecar as that of the workload',
    server({ workload: { ...workload, port: SIDECAR_PORT } }),
    `spec.workload.port: Invalid value: ${SIDECAR_PORT}: is a port of the sidecar in the same pod; let the server listen on another`,
  ],
  [
    'the port of the sidecar as that of the image',
    server({ run: { ...run, port: SIDECAR_ADMIN_PORT } }),
    `spec.run.port: Invalid value: ${SIDECAR_ADMIN_PORT}: is a port of the sidecar`,
  ],
  [
    'a Service for a server that is not in the cluster',
    server({ remote, service: { name: 'ledger' } }),
    'spec: Invalid value: service',
  ],
  [
    'the affinity of a Service that somebody else makes',
    server({ workload, service: { create: false, sessionAffinity: 'ClientIP' } }),
    'spec.service: Invalid value: sessionAffinity says nothing where the Service is made by somebody else; remove it, or `create: false`',
  ],
  [
    'the ports of a Service that somebody else makes',
    server({ workload, service: { create: false, ports: [{ name: 'mcp', port: 80 }] } }),
    'spec.service: Invalid value: ports says nothing where the Service is made by somebody else; remove it, or `create: false`',
  ],
  [
    'one port of a Service twice',
    server({ workload, service: { ports: ['a', 'b'].map((name) => ({ name, port: 80 })) } }),
    'spec.service.ports: Invalid value: has two entries of one port; keep one of them',
  ],
  [
    'a further port of the name that the first has',
    server({ workload: { ...workload, ports: [{ name: 'mcp', port: 9090 }] } }),
    'spec.workload.ports[0].name: Invalid value: "mcp": is what the Service calls the first port; write another name, for example mcp-admin',
  ],
  [
    'a further port that the sidecar has',
    server({ workload: { ...workload, ports: [{ name: 'admin', port: 8484 }] } }),
    'spec.workload.ports[0].port: Invalid value: 8484: is a port of the sidecar in the same pod',
  ],
  [
    'a port twice',
    server({ workload: { ...workload, port: 9090, ports: [{ name: 'admin', port: 9090 }] } }),
    'spec.workload: Invalid value: a port of ports is in the list already, or the first one; keep one of the two',
  ],
  [
    'a way to MCP that would pass undecided',
    server({ workload: { ...workload, path: '/rpc', passthrough: [{ path: '/RPC/x' }] } }),
    'spec.workload: Invalid value: passthrough is at or below the MCP endpoint, where every request is decided on; take it out',
  ],
  [
    'other paths beside one of MCP that cannot be compared',
    server({ run: { ...run, path: '/a;b', passthrough: [{ path: '/metrics' }] } }),
    'spec.run: Invalid value: passthrough stands beside a path of MCP that is written with',
  ],
  [
    'a variable without value',
    server({ run: { ...run, env: [{ name: 'A' }] } }),
    'spec.run.env[0]: Invalid value: needs exactly one of value and valueFrom; keep or add one',
  ],
  [
    'a variable from nowhere',
    server({ run: { ...run, env: [{ name: 'A', valueFrom: {} }] } }),
    'spec.run.env[0].valueFrom: Invalid value: needs exactly one of secretKeyRef and configMapKeyRef',
  ],
  [
    'more CPU requested than allowed',
    server({ run: { ...run, resources: { requests: { cpu: '1500m' }, limits: { cpu: 1 } } } }),
    'spec.run.resources: Invalid value: is more than limits.cpu, so no pod could start; lower the one or raise the other',
  ],
  [
    'more memory requested than allowed',
    server({ run: { ...run, resources: { requests: { memory: '1Gi' }, limits: { memory: '1G' } } } }),
    'is more than limits.memory',
  ],
  [
    'another scheme',
    server({ remote: { url: 'ftp://a/' } }),
    'spec.remote.url: Invalid value: "ftp://a/": is not an http or https URL; write for example http://127.0.0.1:8080/mcp',
  ],
  [
    'an endpoint in plain HTTP',
    server({ remote, access: { url: 'http://mcp.example.com/mcp' } }),
    'spec.access.url: Invalid value: "http://mcp.example.com/mcp": is not the URL of an endpoint: https, or http for loopback',
  ],
  [
    'two certificates',
    server({ remote, access: { tls: { secretName: 'a', issuer: 'Operator' } } }),
    'spec.access.tls: Invalid value: names no certificate or two; write secretName, or issuer: Operator',
  ],
  [
    'a certificate of an operator where there is none',
    server({ remote, access: { tls: { issuer: 'Operator' } } }),
    'spec: Invalid value: access.tls.issuer is for a server with pods in the cluster, whose operator gives the certificate; write secretName',
  ],
  [
    'a public URL in plain HTTP beside TLS',
    server({ remote, access: { url: 'http://localhost/mcp', tls: { secretName: 'ledger-tls' } } }),
    'spec.access: Invalid value: url is http, and tls has clients come by https; write the URL with https, or remove tls',
  ],
  [
    'tokens that nobody reads',
    server({ remote, access: { authorization: 'Server', tokens: { secretName: 'clients' } } }),
    'spec.access: Invalid value: tokens is not read where the server checks tokens itself; remove it',
  ],
  [
    'issuers of tokens that nobody reads',
    server({ remote, access: { authorization: 'Server', jwt: [issuer] } }),
    'spec.access: Invalid value: jwt is not read where the server checks tokens itself; remove it',
  ],
  ...credentials(),
  ...stores(),
  ...BAD_FETCHED_TOKENS.map(([what, spec, message]): [string, CustomObject, string] => [what, server(spec), message]),
  [
    'revocations that nobody reads',
    server({ remote, access: { authorization: 'Server', revocations: { secretName: 'a' } } }),
    'spec.access: Invalid value: revocations is not read where the server checks tokens itself; remove it',
  ],
  [
    'revocations where no token is signed',
    server({ remote, access: { revocations: { secretName: 'a' } } }),
    'spec.access: Invalid value: revocations is about tokens that issuers have signed, and none are taken; add jwt or serviceAccounts',
  ],
  [
    'an issuer in plain HTTP',
    server({ remote, access: { jwt: [{ ...issuer, issuer: 'http://login.example.com' }] } }),
    'spec.access.jwt[0].issuer: Invalid value: "http://login.example.com": is not a URL that keys can be trusted from: https, or http for loopback',
  ],
  [
    'keys that are in two places',
    server({ remote, access: { jwt: [{ ...issuer, jwksUrl: 'https://a.example/keys', jwks: '{"keys":[]}' }] } }),
    'spec.access.jwt[0]: Invalid value: says twice where the keys are; remove jwksUrl or jwks',
  ],
  [
    'a claim of many letters',
    server({ remote, access: { jwt: [{ ...issuer, require: { ['a'.repeat(257)]: 'b' } }] } }),
    'spec.access.jwt[0].require: Invalid value: a name is not that of a claim: one line of at most 256 characters',
  ],
  [
    'certificates that nobody reads',
    server({ remote, access: { authorization: 'Server', certificates: { trust: [trusted] } } }),
    'spec.access: Invalid value: certificates is not read where the server checks tokens itself; remove it',
  ],
  [
    'proxies that nobody hears',
    server({ remote, access: { authorization: 'Server', trustedProxies: [proxy] } }),
    'spec.access: Invalid value: trustedProxies is not read where the server checks tokens itself; remove it',
  ],
  [
    'certificates without a handshake',
    server({ remote, access: { certificates: { trust: [trusted] } } }),
    'spec.access: Invalid value: certificates has nobody to show a certificate without `tls`',
  ],
  [
    'a proxy by a certificate of nobody',
    server({
      remote,
      access: { trustedProxies: [{ name: 'edge', certificate: { trust: 'mesh', name: 'a' }, user: {} }] },
    }),
    'spec.access: Invalid value: a trusted proxy names an entry of `certificates.trust` that is not there',
  ],
  [
    'a proxy with the name of an authority',
    server({
      remote,
      access: { tls, certificates: { trust: [trusted] }, trustedProxies: [{ ...proxy, name: 'mesh' }] },
    }),
    'spec.access: Invalid value: the name of a trusted proxy is the name of an entry of `certificates.trust`, too',
  ],
  [
    'an authority for all of SPIFFE',
    server({ remote, access: { tls, certificates: { trust: [{ name: 'a', ca: 'x', names: 'Spiffe' }] } } }),
    'spec.access.certificates.trust[0]: Invalid value: trustDomain is missing, and without it this authority could speak for all of SPIFFE',
  ],
  [
    'a trust domain that nobody reads',
    server({ remote, access: { tls, certificates: { trust: [{ ...trusted, names: 'Dns' }] } } }),
    'spec.access.certificates.trust[0]: Invalid value: trustDomain is read with `names: Spiffe` alone; remove it',
  ],
  [
    'a proxy at any address',
    server({ remote, access: { trustedProxies: [{ ...proxy, addresses: ['0.0.0.0/0'] }] } }),
    'spec.access.trustedProxies[0].addresses[0]: Invalid value: "0.0.0.0/0": is everybody, so that anybody could claim any name',
  ],
  [
    'a proxy at a range with bits behind it',
    server({ remote, access: { trustedProxies: [{ ...proxy, addresses: ['10.0.0.1/8'] }] } }),
    'spec.access.trustedProxies[0].addresses[0]: Invalid value: "10.0.0.1/8": is not a range of addresses',
  ],
  [
    'a proxy that nothing shows',
    server({ remote, access: { trustedProxies: [{ name: 'edge', user: {} }] } }),
    'spec.access.trustedProxies[0]: Invalid value: says twice, or not at all, how the proxy is known',
  ],
  [
    'a proxy that says nothing',
    server({ remote, access: { trustedProxies: [{ name: 'edge', addresses: ['10.0.0.0/8'] }] } }),
    'spec.access.trustedProxies[0]: Invalid value: says twice, or not at all, what the proxy says',
  ],
  [
    'identities in a header of HTTP',
    server({ remote, access: { trustedProxies: [{ ...proxy, user: { header: 'Authorization' } }] } }),
    'spec.access.trustedProxies[0].user.header: Invalid value: "Authorization": is not the name of a header for identities',
  ],
  [
    'ServiceAccounts that nobody reads',
    server({ workload, access: { authorization: 'Server', serviceAccounts: {} } }),
    'spec.access: Invalid value: serviceAccounts is not read where the server checks tokens itself; remove it',
  ],
  [
    'ServiceAccounts where there is no cluster',
    server({ remote, access: { serviceAccounts: {} } }),
    'spec: Invalid value: access.serviceAccounts lets in ServiceAccounts of the cluster in which the pods of the server are',
  ],
  [
    'tokens for the API server',
    server({ workload, access: { serviceAccounts: { audiences: ['https://kubernetes.default.svc'] } } }),
    'spec.access.serviceAccounts.audiences[0]: Invalid value: "https://kubernetes.default.svc": is the audience of the API server or of Sallyport itself',
  ],
  [
    'anonymous callers where everybody is',
    server({ remote, access: { authorization: 'Server', anonymous: true } }),
    'spec.access: Invalid value: anonymous says nothing where the server checks tokens itself; remove it',
  ],
  [
    'a program that is to do OAuth',
    server({ stdio: { command: ['a'] }, access: { authorization: 'Server' } }),
    'spec: Invalid value: access.authorization is Server, and a program on standard input asks nobody for a token; write Gate',
  ],
  [
    'a gate that is in no pod',
    server({ remote, gate: { logLevel: 'debug' } }),
    'spec: Invalid value: gate is of the gate in the pods of a server, and this one has none; remove it',
  ],
  ['a password in a URL', server({ remote: { url: 'https://a:b@c/' } }), 'carries a user name or password; remove'],
  ['a fragment in a URL', server({ remote: { url: 'https://a/#b' } }), 'has a fragment, which is never sent'],
  [
    'no program',
    server({ stdio: { command: [''] } }),
    'spec.stdio.command: Invalid value: the first entry is empty; write the program to start',
  ],
  [
    'a variable that has no name',
    server({ stdio: { command: ['a'], env: { 'A-B': 'x' } } }),
    'spec.stdio.env: Invalid value: a name is not the name of a variable; write for example LOG_LEVEL',
  ],
  [
    'targets with a key that is none',
    pack({ targets: { matchLabels: { 'a b': 'x' } } }),
    'spec.targets.matchLabels: Invalid value: a key is not a label key',
  ],
  ...Object.entries(WAYS_IN).map(([way, field]): [string, CustomObject, string] => [
    `an order with ${way}, which nothing opens`,
    server({ remote, access: { order: [way] } }),
    `spec.access: Invalid value: names ${way}, but there is no \`${field}\` beside it that says who is taken; add ${field}, or take ${way} out`,
  ]),
  [
    'an order with one way twice',
    server({ remote, access: { tokens: { secretName: 'a' }, order: ['Tokens', 'Tokens'] } }),
    'names one way twice, and each is asked once; remove one of them',
  ],
  [
    'principals that are nobody',
    pack({ tools: [{ ...toolRule, principals: { names: [] } }] }),
    'spec.tools[0].principals: Invalid value: names nobody, so the rule could never apply; list `names` or `groups`',
  ],
  [
    'principals of a scope that has no names',
    pack({ tools: [{ ...toolRule, principals: { names: [], scopes: ['pay'] } }] }),
    'spec.tools[0].principals: Invalid value: names nobody, so the rule could never apply; list `names` or `groups`',
  ],
  [
    'approval without need',
    pack({ prompts: [{ ...toolRule, approval: { hold: '5s' } }] }),
    'spec.prompts[0]: Invalid value: approval has no meaning with another effect; remove it',
  ],
  [
    'arguments of a Deny',
    pack({ tools: [{ names: ['a'], effect: 'Deny', arguments: { p: { type: 'path', roots: ['/'] } } }] }),
    'spec.tools[0]: Invalid value: arguments have no effect with Deny',
  ],
  [
    'a budget of no window',
    pack({ limits: { budget: [{ credits: 1 }] } }),
    'spec.limits.budget[0]: Invalid value: needs either window, such as `window: 24h`, or every',
  ],
  [
    'a budget of two windows',
    pack({ limits: { budget: [{ credits: 1, window: '1h', every: 'Day' }] } }),
    'spec.limits.budget[0]: Invalid value: needs either window',
  ],
  [
    'a time zone of nothing',
    pack({ limits: { budget: [{ credits: 1, window: '1h', timeZone: 'UTC' }] } }),
    'spec.limits.budget[0]: Invalid value: timeZone is about every',
  ],
  [
    'a window that is longer than what is kept',
    pack({ limits: { budget: [{ credits: 1, window: '745h' }] } }),
    'spec.limits.budget[0].window: Invalid value: "745h": is out of range; write a duration from 1m to 744h',
  ],
  [
    'a cost in two ways',
    pack({ limits: { budget: [{ credits: 1, window: '1h', costs: [{ tools: ['a'], credits: 1, cost: '1' }] }] } }),
    'spec.limits.budget[0].costs[0]: Invalid value: credits stands beside cost',
  ],
  [
    'a cost that is none',
    pack({ limits: { budget: [{ credits: 1, window: '1h', costs: [{ tools: ['a'] }] }] } }),
    'spec.limits.budget[0].costs[0]: Invalid value: says no cost',
  ],
  [
    'a content rule that looks for nothing',
    pack({ dlp: [{ detect: [], effect: 'Log' }] }),
    'spec.dlp[0]: Invalid value: looks for nothing',
  ],
  [
    'a content rule with hosts of nothing',
    pack({ dlp: [{ detect: ['secrets'], hosts: ['a.example.com'], effect: 'Log' }] }),
    'spec.dlp[0]: Invalid value: hosts are about imagesWithData and linksWithData',
  ],
  [
    'a content rule that holds results',
    pack({ dlp: [{ detect: ['secrets'], effect: 'RequireApproval' }] }),
    'spec.dlp[0]: Invalid value: effect cannot hold results',
  ],
  [
    'an argument without name',
    pack({ tools: [{ ...toolRule, arguments: { '': { type: 'path', roots: ['/'] } } }] }),
    'spec.tools[0].arguments: Invalid value: a name is empty, longer than 256 characters, not one line, or begins with a slash',
  ],
  [
    'an approval that is too short',
    held({ expires: '9s999ms' }),
    'spec.tools[0].approval.expires: Invalid value: "9s999ms": is out of range; write a duration from 10s to 24h',
  ],
  [
    'a hold that is too long',
    held({ hold: '5m1ms' }),
    'spec.tools[0].approval.hold: Invalid value: "5m1ms": is out of range; write a duration from 0s to 5m',
  ],
  [
    'risk that nothing comes of',
    pack({ risk: { learn: 5 } }),
    'spec.risk: Invalid value: acts on nothing; write `approveAt`, `denyAt`, or both',
  ],
  [
    'risk for which nobody is ever asked',
    pack({ risk: { approveAt: 50, denyAt: 50 } }),
    'spec.risk: Invalid value: denyAt is not above approveAt, so nobody would ever be asked; write a higher one, or remove approveAt',
  ],
  [
    'a limit that is too high',
    pack({ limits: { body: '4194305' } }),
    'spec.limits.body: Invalid value: "4194305": is out of range; write a quantity from 1Ki to 4Mi',
  ],
  [
    'a limit over no time',
    pack({ limits: { rate: [{ calls: 1, window: '999ms' }] } }),
    'spec.limits.rate[0].window: Invalid value: "999ms": is out of range; write a duration from 1s to 744h',
  ],
  [
    'a limit of results that nothing fits',
    pack({ limits: { resultBytes: [{ bytes: '1023', window: '1h' }] } }),
    'spec.limits.resultBytes[0].bytes: Invalid value: "1023": is out of range; write a quantity from 1Ki to 1024Gi',
  ],
  [
    'a limit of principals that names nobody',
    pack({ limits: { concurrent: [{ calls: 1, principals: { names: [] } }] } }),
    'spec.limits.concurrent[0].principals: Invalid value: names nobody, so the rule could never apply; list `names` or `groups`, or remove it to mean everyone',
  ],
  [
    'a loop of nothing',
    pack({ limits: { loops: [{ window: '5m' }] } }),
    'spec.limits.loops[0]: Invalid value: says both or neither of `identical` and `failing`; write one of them, and the other as an entry of its own',
  ],
  [
    'arguments that may be larger than a request',
    pack({ arguments: { limits: { maxSize: '5Mi' } } }),
    'spec.arguments.limits.maxSize: Invalid value: "5Mi": is out of range; write a quantity from 16 to 4Mi',
  ],
  [
    'limits of arguments that limit nothing',
    pack({ arguments: { limits: { mode: 'Shadow' } } }),
    'spec.arguments.limits: Invalid value: limits nothing; write for example `maxItems: 500`, or remove it',
  ],
  [
    'a session that ends too early',
    pack({ limits: { sessionIdle: '59s' } }),
    'spec.limits.sessionIdle: Invalid value: "59s": is out of range; write a duration from 1m to 24h',
  ],
  [
    'results that are kept for too long',
    pack({ cache: [{ tools: ['get_*'], ttl: '25h' }] }),
    'spec.cache[0].ttl: Invalid value: "25h": is out of range; write a duration from 1s to 24h',
  ],
  [
    'results that are kept in too little room',
    pack({ cache: [{ tools: ['get_*'], ttl: '5m', maxBytes: '1Ki' }] }),
    'spec.cache[0].maxBytes: Invalid value: "1Ki": is out of range; write a quantity from 64Ki to 256Mi',
  ],
  [
    'hosts of a Deny',
    pack({ clientRequests: { urlElicitation: { effect: 'Deny', hosts: ['a.com'] } } }),
    'spec.clientRequests.urlElicitation: Invalid value: hosts has no effect with Deny, which refuses every URL; remove it',
  ],
  [
    'an approval of nothing',
    request(callWith({ tool: undefined })),
    'spec.subject.call: Invalid value: does not say what is called, or says it twice; write exactly one of tool, resource, prompt',
  ],
  ['a grant of whatever an argument is', grant({ at: '/a' }), 'does not say what the value may be, or says it twice'],
  ['a grant of an empty range', grant({ at: '/a', min: 2, max: 1 }), 'max is smaller than min; exchange them'],
  [
    'taint from nowhere',
    pack({ taint: [{ sources: {}, sinks: { tools: ['send'] }, effect: 'Deny' }] }),
    'spec.taint[0].sources: Invalid value: names nothing, so nothing could ever come from it',
  ],
  [
    'taint to nowhere',
    pack({ taint: [{ sources: { tools: ['read'] }, sinks: {}, effect: 'Deny' }] }),
    'spec.taint[0].sinks: Invalid value: names nothing, so nothing could ever go there',
  ],
  [
    'taint that exempts nothing',
    pack({ taint: [{ ...taint, exempt: {} }] }),
    'spec.taint[0].exempt: Invalid value: exempts nothing',
  ],
  [
    'taint by label that exempts arguments',
    pack({ taint: [{ ...taint, by: 'Label', exempt: { arguments: ['to'] } }] }),
    'spec.taint[0]: Invalid value: exempt.arguments are not looked at by Label',
  ],
  [
    'taint for longer than anything is kept',
    pack({ taint: [{ ...taint, within: '745h' }] }),
    'is out of range; write a duration from 1s to 744h',
  ],
  [
    'taint with an approval without need',
    pack({ taint: [{ ...taint, approval: { hold: '5s' } }] }),
    'spec.taint[0]: Invalid value: approval has no meaning with another effect; remove it',
  ],
  [
    'a label that is none',
    pack({ labels: { External_Sink: ['send_mail'] } }),
    'a key is not a label: lower-case letters, digits and "-", a letter or digit at both ends; write for example external-sink',
  ],
  ...BAD_SEQUENCES.map(([what, one, message]): [string, CustomObject, string] => [
    what,
    pack({ sequences: [one] }),
    message,
  ]),
  [
    'a halt that only records',
    pack({ mode: 'Shadow', halt: { reason: 'incident' } }),
    'halt is only recorded with the mode Shadow, and nothing would stop; remove `mode: Shadow`, or `halt`',
  ],
  ['ceilings of nothing', pack({ tools: [toolRule], grants: {} }), 'limits nothing; write for example `maxUses: 10`'],
  [
    'a grant that stands for too long',
    held({ grants: { maxDuration: '169h', maxUses: 1 } }),
    'is out of range; write a duration from 1m to 168h',
  ],
  ['an approval of two things', request(callWith({ prompt: 'a' })), 'does not say what is called, or says it twice'],
  [
    'an approval of a call that is not there',
    request({ type: 'Call' }),
    'spec.subject: Invalid value: does not say what is decided on; add the call under subject.call',
  ],
  [
    'an approval of a definition that is not there',
    request({ type: 'Definition' }),
    'spec.subject: Invalid value: does not say what is decided on; add the definition under subject.definition',
  ],
  [
    'an approval of a storm that is not there',
    request({ type: 'Storm' }),
    'spec.subject: Invalid value: does not say what is decided on; add the storm under subject.storm',
  ],
])('refuses %s', async (_, object, message) => {
  expect(asSaid(await refusal(object))).toContain(asSaid(message));
});

it.each<[what: string, object: CustomObject, message: string]>([
  ['two variables of one name', server({ run: { ...run, env: twice({ name: 'A', value: 'x' }) } }), 'Duplicate value'],
  ['a Secret twice', server({ run: { ...run, imagePullSecrets: twice({ name: 'a' }) } }), 'Duplicate value'],
  ['approval of a method', pack({ methods: [{ names: ['a'], effect: 'RequireApproval' }] }), 'spec.methods[0].effect'],
  [
    'approval of what servers ask',
    pack({ clientRequests: { roots: { effect: 'RequireApproval' } } }),
    'spec.clientRequests.roots.effect',
  ],
  [
    'a host with a port',
    pack({ clientRequests: { urlElicitation: { effect: 'Allow', hosts: ['a.com:443'] } } }),
    'spec.clientRequests.urlElicitation.hosts[0]',
  ],
  ['a batch of 101', pack({ limits: { batch: 101 } }), 'spec.limits.batch'],
  ['a port name of 16 letters', server({ workload: { ...workload, port: 'a'.repeat(16) } }), 'spec.workload.port'],
  ['a port of a fraction', server({ workload: { ...workload, port: 1.5 } }), 'spec.workload.port'],
  ['a name that no Service could have', { ...server({ run }), metadata: { name: '1st' } }, 'metadata.name'],
  ['a name of 64 letters', { ...server({ run }), metadata: { name: 'a'.repeat(64) } }, 'metadata.name'],
])('refuses %s by schema', async (_, object, message) => {
  expect(await refusal(object)).toContain(message);
});

const samples = Object.entries(ARGUMENT_SAMPLES);
const argument = (said: object) => pack({ tools: [{ ...toolRule, arguments: { a: said } }] });

it.each(
  Object.entries<ArgumentType>(ARGUMENT_TYPES).flatMap(([type, { required }]) =>
    required.map((field) => [type, field] as const),
  ),
)('refuses an argument of the type %s without %s', async (type, field) => {
  const { [field]: _, ...said } = { ...ARGUMENT_SAMPLES[type as keyof typeof ARGUMENT_TYPES] } as Record<
    string,
    unknown
  >;
  expect(await refusal(argument(said))).toContain(`${field} is missing; the type ${type} needs it`);
});

it('refuses fields beside a type of argument that they do not go with', async () => {
  for (const [type, definition] of Object.entries<ArgumentType>(ARGUMENT_TYPES)) {
    const fields = fieldsOf(definition);
    for (const [, other] of samples) {
      const foreign = Object.entries(other).filter(([field]) => field !== 'type' && !Object.hasOwn(fields, field));
      const own: object = ARGUMENT_SAMPLES[type as keyof typeof ARGUMENT_TYPES];
      for (const [field, value] of foreign)
        expect(await refusal(argument({ ...own, [field]: value as unknown }))).toContain(`${field} goes with the type`);
    }
  }
});

it.each([
  [{ type: 'any', required: true, forbidden: true }, 'forbidden contradicts `required: true`; remove one of them'],
  [{ type: 'number', min: 2, max: 1 }, 'max is smaller than min; exchange them'],
])('refuses %j, which no value could meet', async (said, message) => {
  expect(await refusal(argument(said))).toContain(message);
});

function twice<T>(value: T): T[] {
  return [value, value];
}

describe('the table above', () => {
  it.each<CrdKindName>(['MCPServer', 'PolicyPack', 'ApprovalRequest', 'ApprovalGrant'])(
    'has every rule on the spec of %s',
    (kind) => {
      const said = [...refusals].join('\n');
      // `self == oldSelf` is about changes: approval-request.test.ts.
      const rules = rulesOf(crdSchema(kind).properties?.['spec']).filter(({ rule }) => !rule.includes('oldSelf'));
      expect(rules.length).toBeGreaterThan(0);
      expect(rules.filter(({ message }) => !said.includes(message)).map(({ rule }) => rule)).toEqual([]);
    },
  );
});

function rulesOf(node: unknown): { rule: string; message: string }[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'x-kubernetes-validations' ? (value as { rule: string; message: string }[]) : rulesOf(value),
  );
}

it('takes packs as large as an object may be', async () => {
  const rules = (fields: object) =>
    Array.from({ length: 1000 }, (_, i) => ({
      name: `rule-${i}`,
      effect: 'RequireApproval',
      principals: { groups: ['agents'] },
      approval: { expires: '15m', hold: '45s' },
      ...fields,
    }));
  const methods = rules({ names: ['vendor/*'], effect: 'Log', approval: undefined });
  const tools = rules({ names: ['a'], arguments: { p: { type: 'path', roots: ['/data'] } } });
  const object = pack({
    tools,
    resources: rules({ uris: ['file:///a/**'] }),
    prompts: rules({ names: ['a'] }),
    methods,
  });
  expect(messageOf(await api.dryRun(namespace, object))).toBe('accepted');
});
