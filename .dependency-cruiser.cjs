/** Which part may import which: the layout in CONTRIBUTING.md as rules. scripts/dependency-rules.test.ts proves that they bite. */
const product = '^(core|sidecar|operator|telemetry|archive|cli)/';
const notTests = '\\.test\\.ts$';

/**
 * The rooms of the sidecar from top to bottom: each may import those below it, and none above. A group of files without a folder is a
 * room as well.
 */
const rooms = [
  ...[
    'main\\.ts',
    'run\\.ts',
    '(create-)?(further-)?gates?\\.ts',
    'lifecycle/',
    '(command-)?config\\.ts',
    'further-ports\\.ts',
    'downstream/',
    'path/',
    'answer/',
    'call/',
  ],
  ...[
    'approvals/',
    'oauth/',
    'telemetry/',
    'probes/',
    'archive-client/',
    'operator-client/',
    'hop/',
    'upstream/',
    'identity/',
    'policy/',
    'audit/',
    'tls/',
    'memory/',
    'traffic/',
  ],
  ...['files/', 'clock\\.ts', 'environment\\.ts'],
];

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid(
      'core-stands-alone',
      'core is pure and shared by all processes: it imports none of them.',
      { path: '^core/' },
      { path: '^(sidecar|operator|telemetry|archive|cli|console|scripts|examples|bench|test)/' },
    ),
    forbid(
      'core-does-no-io',
      'core gets its inputs passed in; only computing modules of Node are allowed.',
      { path: '^core/', pathNot: notTests },
      {
        dependencyTypes: ['core'],
        pathNot: '^(node:)?(assert|buffer|crypto|path|path/posix|punycode|string_decoder|url|util)$',
      },
    ),
    forbid(
      'policy-is-on-top-of-core',
      'inside core, policy may import inspect, mcp and api; never the reverse.',
      { path: '^core/(api|mcp|inspect|audit)/', pathNot: notTests },
      { path: '^core/policy/' },
    ),
    forbid(
      'sidecar-is-not-an-operator',
      'the sidecar has no rights in the Kubernetes API and carries no client for it (about 390 ms and 90 MB).',
      { path: '^sidecar/' },
      { path: '^(operator|archive|cli|console)/|(^|/)@kubernetes/client-node' },
    ),
    ...rooms
      .slice(1)
      .map((room, i) =>
        forbid(
          'arrows-of-the-sidecar-run-downward',
          `sidecar/${room.replaceAll('\\', '')} is below: what it needs of a room above is handed to it.`,
          { path: `^sidecar/${room}`, pathNot: notTests },
          { path: `^sidecar/(${rooms.slice(0, i + 1).join('|')})` },
        ),
      ),
    forbid(
      'sidecar-has-no-other-rooms',
      'a new room of the sidecar has a place among the others: see `rooms` in this file.',
      { path: '^sidecar/', pathNot: `${notTests}|^sidecar/(testing/|${rooms.join('|')})` },
      {},
    ),
    forbid(
      'operator-is-not-a-sidecar',
      'the two are separate processes and images.',
      { path: '^operator/' },
      { path: '^(sidecar|archive|cli|console)/' },
    ),
    forbid(
      'archive-is-its-own-process',
      'it has its image with the operator and nothing else: what it shares with gates and the operator is in core.',
      // Its tests have certificates made by the authority that makes them in a cluster.
      { path: '^archive/', pathNot: `${notTests}|^archive/testing/` },
      { path: '^(sidecar|operator|cli|console)/' },
    ),
    forbid(
      'hooks-are-their-own-process',
      'they listen to the world and may vote for people: of the operator they have the client of the API server, the probes and the kinds, and nothing else.',
      { path: '^operator/hooks/', pathNot: `${notTests}|^operator/hooks/testing/` },
      { path: '^operator/', pathNot: '^operator/(hooks/|kit/|probes\\.ts$|custom-resources\\.ts$)' },
    ),
    forbid(
      'the-operator-has-no-hooks',
      'the process that can never vote does not carry the code of the one that can.',
      { path: '^operator/', pathNot: `^operator/hooks/|${notTests}` },
      { path: '^operator/hooks/' },
    ),
    forbid(
      'telemetry-is-loaded-on-demand',
      'the SDK takes memory and a tenth of a second: who needs it imports it when it is needed, and knows its types from core.',
      { path: '^(core|sidecar|operator|cli)/', pathNot: notTests },
      { path: '^telemetry/', dynamic: false },
    ),
    forbid(
      'the-store-is-loaded-on-demand',
      'a gate that shares no store has no room for the client of one.',
      { path: product, pathNot: notTests },
      { path: '^sidecar/memory/history/shared/link\\.ts$', dynamic: false },
    ),
    forbid(
      'one-door-to-the-store',
      'all else speaks of it in the words of store-link.ts.',
      { path: product, pathNot: '^sidecar/memory/history/shared/link\\.ts$' },
      { path: '(^|/)node_modules/@redis/' },
    ),
    forbid(
      'one-door-to-opentelemetry',
      'all else speaks of telemetry in the words of core/telemetry.',
      { path: '^(core|sidecar|operator|cli)/', pathNot: notTests },
      { path: '(^|/)node_modules/@opentelemetry/' },
    ),
    forbid(
      'telemetry-knows-no-process',
      'it is handed what it sends, by whichever process that is.',
      { path: '^telemetry/', pathNot: notTests },
      { path: '^(sidecar|operator|cli|console|scripts|examples|bench|test)/' },
    ),
    forbid(
      'kit-knows-no-product',
      'the kit is what any controller of Kubernetes needs: kinds, names and hints of this one are passed in.',
      { path: '^operator/kit/' },
      { path: '^(core|operator|sidecar|telemetry|cli)/', pathNot: '^operator/kit/|^core/(clock|line-splitter)\\.ts$' },
    ),
    forbid(
      'one-door-to-client-node',
      'it is there for kubeconfig files and credentials; its API classes open a connection for each call, its models drop fields.',
      { path: `${product}|^(bench|test|scripts)/`, pathNot: '^operator/kit/connection\\.ts$' },
      { path: '(^|/)@kubernetes/client-node' },
    ),
    forbid(
      'product-without-tests',
      'test files and test tools never reach a bundle.',
      { path: product, pathNot: `${notTests}|(^|/)(fixtures|testing)/` },
      {
        path: [
          '\\.test\\.ts$',
          '^(test|bench|scripts)/',
          '(^|/)node_modules/(vitest|@vitest/[^/]+|fast-check|autocannon|@modelcontextprotocol/[^/]+|esbuild|knip|typescript)/',
        ],
      },
    ),
    forbid('no-cycles', 'what imports itself cannot be understood, tested or moved in parts.', {}, { circular: true }),
    forbid('resolvable', 'an import that leads nowhere fails only when it is run.', {}, { couldNotResolve: true }),
    forbid(
      'declared',
      'what another package happens to install may be gone after the next update.',
      { path: `${product}|^(scripts|examples|bench|test)/` },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
  ],
  options: {
    // dependency-cruiser cannot use TypeScript 7, which has no stable compiler API; swc reads the same syntax. It reports
    // `import type` as well, and should: a type from a forbidden place is a dependency on it.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.cache)/' },
    enhancedResolveOptions: {
      conditionNames: ['node', 'import', 'require', 'types', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  },
};
