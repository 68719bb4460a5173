/** What injection promises for every pod, tried on pods that nobody would write. */
import * as fc from 'fast-check';
import { applyPatch } from 'rfc6902';
import { describe, expect, it } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { ANNOTATION, LABEL, SIDECAR_ADMIN_PORT, SIDECAR_CONTAINER, TOKEN_AUDIENCE, VOLUME } from '../names.ts';
import { inject, type InjectionContext } from './inject.ts';
import type { RawContainer, RawPod, RawPort } from './pod.ts';
import { SETTINGS } from './testing/read-case.ts';

const portName = fc.constantFrom('mcp', 'http', 'metrics');
const port: fc.Arbitrary<RawPort> = fc.record(
  {
    containerPort: fc.constantFrom(9000, 9000, 9000, 9001, 8080, 8484),
    name: portName,
    protocol: fc.constantFrom('TCP', 'UDP'),
    hostPort: fc.constant(80),
  },
  { requiredKeys: ['containerPort'] },
);
const probe = fc.oneof(
  fc.record({ httpGet: fc.record({ path: fc.constant('/'), port: fc.oneof(portName, fc.constant(9000)) }) }),
  fc.record({ tcpSocket: fc.record({ port: portName }) }),
  fc.record({ exec: fc.record({ command: fc.constant(['true']) }) }),
);
const container = (name: fc.Arbitrary<string>): fc.Arbitrary<RawContainer> =>
  fc.record(
    {
      name,
      image: fc.constantFrom('a:1', 'b:2'),
      command: fc.array(fc.string(), { maxLength: 2 }),
      env: fc.array(fc.record({ name: fc.string(), value: fc.string() }), { maxLength: 2 }),
      ports: fc.array(port, { maxLength: 3 }),
      readinessProbe: probe,
      lifecycle: fc.record({ preStop: probe }),
      restartPolicy: fc.constantFrom('Always', 'Never'),
      volumeMounts: fc.array(
        fc.record({
          name: fc.constantFrom('data', 'data', 'data', 'data', VOLUME.token),
          mountPath: fc.constant('/x'),
        }),
        { maxLength: 1 },
      ),
      future: fc.jsonValue(),
    },
    { requiredKeys: ['name', 'image'] },
  );
/** The API server lets no two containers of a pod have one name. */
const uniqueArray = (names: string[], minLength: number) =>
  fc.uniqueArray(container(fc.constantFrom(...names)), { minLength, maxLength: 3, selector: ({ name }) => name });
/** Most pods have a server, or no law about gates would say much. */
const server = fc
  .tuple(container(fc.constant('app')), fc.constantFrom({}, { name: 'mcp' }), fc.integer({ min: 0, max: 9 }))
  .map(([app, name, dice]) => {
    const own: RawPort = { containerPort: 9000, ...name };
    if (dice > 0) app.ports = dice < 4 ? [own].concat(app.ports ?? []) : [own];
    return app;
  });
const volume = fc.oneof(
  { weight: 9, arbitrary: fc.constant({ name: 'data', emptyDir: {} }) },
  { weight: 1, arbitrary: fc.constant({ name: VOLUME.state, emptyDir: {} }) },
);
const labels = fc.record(
  {
    app: fc.constantFrom('ledger', 'ledger', 'ledger', 'web'),
    [LABEL.inject]: fc.constantFrom('true', 'true', 'true', 'false'),
  },
  { requiredKeys: [] },
);
const annotations = fc.record(
  {
    [ANNOTATION.injected]: fc.constantFrom('{}', 'x'),
    [ANNOTATION.skipped]: fc.string(),
    [ANNOTATION.inject]: fc.constantFrom('true', 'true', 'true', 'false'),
  },
  { requiredKeys: [] },
);
const arbitraryPod = fc
  .record(
    {
      metadata: fc.record({ labels, annotations }, { requiredKeys: [] }),
      spec: fc.record(
        {
          containers: fc
            .tuple(server, uniqueArray(['helper', 'third'], 0))
            .map(([first, rest]) => [first].concat(rest)),
          initContainers: uniqueArray(['init', 'mesh', 'init', 'mesh', SIDECAR_CONTAINER], 0),
          volumes: fc.uniqueArray(volume, { maxLength: 2, selector: ({ name }) => name }),
          hostNetwork: fc.constantFrom(...Array<boolean>(9).fill(false), true),
          future: fc.jsonValue(),
        },
        { requiredKeys: ['containers'] },
      ),
    },
    { requiredKeys: ['spec'] },
  )
  // As it comes off the wire: no two parts are the same object.
  .map((pod) => JSON.parse(JSON.stringify(pod)) as RawPod);

const arbitraryContext: fc.Arbitrary<InjectionContext> = fc
  .record({ port: fc.constantFrom(9000, 'mcp'), enabled: fc.boolean(), twice: fc.constantFrom(false, false, true) })
  .map(({ port: wanted, enabled, twice }) => ({
    namespace: 'finance',
    namespaceLabels: enabled ? { [LABEL.injection]: 'enabled' } : {},
    servers: (twice ? ['a', 'b'] : ['a']).map((name) =>
      mcpServerSchema.parse({
        apiVersion: 'sallyport.dev/v1alpha1',
        kind: 'MCPServer',
        metadata: { name, namespace: 'finance' },
        spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: wanted } },
      }),
    ),
    settings: SETTINGS,
  }));

/** Every property holds of pods that got a gate; enough of them do. */
const check = (property: (pod: RawPod, context: InjectionContext) => void) =>
  fc.assert(fc.property(arbitraryPod, arbitraryContext, property), { numRuns: 1000 });

const others = ({ spec }: RawPod): RawContainer[] =>
  [...(spec.initContainers ?? []), ...spec.containers].filter(({ name }) => name !== SIDECAR_CONTAINER);

describe('for every pod', () => {
  it('the patch leads from the one to the other, and a second pass to nothing', () => {
    check((pod, context) => {
      const { pod: after, patch } = inject(structuredClone(pod), context);
      const patched = structuredClone(pod);
      // Operations hold parts of each other's values, as long as they are not sent as text.
      applyPatch(patched, structuredClone([...patch]));
      expect(patched).toEqual(after);
      expect(inject(structuredClone(after), context).patch).toEqual([]);
    });
  });

  it('no image, command, variable, mount or unknown field of another container changes', () => {
    // Probes have laws of their own, in probes.test.ts.
    const untouched = ({ ports: _ports, readinessProbe: _probe, ...rest }: RawContainer) =>
      JSON.parse(JSON.stringify(rest, (key, value: unknown) => (key === 'port' ? undefined : value)));
    check((pod, context) => {
      const { pod: after } = inject(structuredClone(pod), context);
      expect(others(after).map(untouched)).toEqual(others(pod).map(untouched));
      expect(after.spec['future']).toEqual(pod.spec['future']);
    });
  });

  it('a probe stays as it is or is asked at the gate, and one in a container never leaves it', () => {
    let atGate = 0;
    check((pod, context) => {
      const { pod: after, verdict } = inject(structuredClone(pod), context);
      for (const [at, { readinessProbe }] of others(after).entries()) {
        const asked = readinessProbe as { httpGet?: { path: string; port: unknown }; exec?: object } | undefined;
        const before = others(pod)[at]?.['readinessProbe'] as typeof asked;
        if (asked?.httpGet?.port !== SIDECAR_ADMIN_PORT) {
          expect(JSON.stringify(asked)?.replace('9000', '"mcp"')).toBe(
            JSON.stringify(before)?.replace('9000', '"mcp"'),
          );
          continue;
        }
        atGate += 1;
        expect(before?.exec).toBeUndefined();
        expect(verdict.kind).toBe('inject');
      }
    });
    expect(atGate).toBeGreaterThan(10);
  });

  it('ports of other containers lose a name at most, but for one of the node, which leads to the gate', () => {
    check((pod, context) => {
      const { pod: after, verdict } = inject(structuredClone(pod), context);
      const nameless = (containers: RawContainer[]) =>
        containers.map(({ ports = [] }) => ports.map(({ name: _name, ...rest }) => rest));
      const atGate = (containers: RawContainer[]) =>
        containers.map((one) => ({
          ...one,
          ports: one.ports?.map((entry) => (isOnNode(one, entry) ? { ...entry, containerPort: 8484 } : entry)),
        })) as RawContainer[];
      const isOnNode = ({ restartPolicy, name }: RawContainer, entry: RawPort): boolean =>
        verdict.kind === 'inject' &&
        (restartPolicy === 'Always' || pod.spec.containers.some((main) => main.name === name)) &&
        entry.containerPort === verdict.port.port &&
        entry.protocol !== 'UDP' &&
        entry['hostPort'] !== undefined;
      expect(nameless(others(after))).toEqual(nameless(atGate(others(pod))));
    });
  });

  it("the gate's token is mounted in the gate alone, and no other volume is for the operator", () => {
    let gates = 0;
    check((pod, context) => {
      const { pod: after, verdict } = inject(structuredClone(pod), context);
      if (verdict.kind !== 'inject') return;
      gates += 1;
      const mounts = others(after).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      expect(mounts).not.toContain(VOLUME.token);
      const tokens = (after.spec.volumes ?? []).filter((one) => JSON.stringify(one).includes(TOKEN_AUDIENCE));
      expect(tokens.map(({ name }) => name)).toEqual([VOLUME.token]);
    });
    expect(gates).toBeGreaterThan(30);
  });

  it('no TCP port name leads to the server any more once it has a gate', () => {
    check((pod, context) => {
      const { pod: after, verdict } = inject(structuredClone(pod), context);
      if (verdict.kind !== 'inject') return;
      const running = others(after).filter(
        (one) => after.spec.containers.includes(one) || one.restartPolicy === 'Always',
      );
      const named = running.flatMap(({ ports = [] }) =>
        ports.filter(
          (one) => one.containerPort === verdict.port.port && one.protocol !== 'UDP' && one.name !== undefined,
        ),
      );
      expect(named).toEqual([]);
    });
  });

  it('one that asks for a gate gets it or is refused, never let in without', () => {
    check((pod, context) => {
      if (pod.metadata?.labels?.[LABEL.inject] !== 'true') return;
      expect(inject(pod, context).verdict.kind).not.toBe('skip');
    });
  });
});
