/** A registry mirror in the cluster: another webhook that rewrites the images of pods, before ours or behind it, asked again or not. */
import { pino } from 'pino';
import { expect, inject as provided, it } from 'vitest';
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { injectHandler } from '../../../../operator/admission/inject-handler.ts';
import type { AdmissionHandler } from '../../../../operator/admission/review.ts';
import { startAdmission } from '../../../../operator/admission/testing/running-server.ts';
import { type RawPod, sidecarOf } from '../../../../operator/injection/pod.ts';
import { readRecord } from '../../../../operator/injection/record.ts';
import { SETTINGS } from '../../../../operator/injection/testing/read-case.ts';
import { LABEL } from '../../../../operator/names.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { bench, create, install, mutatingConfiguration, pod, type WebhookInput } from './bench.ts';

const cleanup = cleanupAfterEach();
const ENABLED = { [LABEL.injection]: 'enabled' };
const MIRROR = 'mirror.example.com/';
const repositoryOf = (image: string): string => image.slice(0, image.lastIndexOf(':'));

/** Every image of the pod from the mirror, as mutating webhooks of this sort do. */
const mirror: AdmissionHandler = {
  reasons: {},
  answer({ object }) {
    const { spec } = object as unknown as RawPod;
    const patch = (['containers', 'initContainers'] as const).flatMap((field) =>
      (spec[field] ?? []).flatMap(({ image }, index) =>
        String(image).startsWith(MIRROR)
          ? []
          : [{ op: 'replace' as const, path: `/spec/${field}/${index}/image`, value: MIRROR + String(image) }],
      ),
    );
    return { allowed: true, reason: 'mirrored', patch };
  },
};

interface Case {
  readonly order: readonly ('inject' | 'mirror')[];
  readonly mirrorAgain: 'Never' | 'IfNeeded';
  readonly repositories: readonly string[];
}

/** The image of the gate as the API server stores it. */
async function gateImage({ order, mirrorAgain, repositories }: Case): Promise<{ image: unknown; recorded: unknown }> {
  const on = await bench(cleanup, provided('apiServerKubeconfig'), ENABLED);
  const server = mcpServerSchema.parse({
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: on.namespace },
    spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 } },
  });
  const settings = { ...SETTINGS, repositories };
  const log = pino({ level: 'silent' });
  const handler = injectHandler({ settings, servers: () => [server], namespaceLabels: () => ENABLED, log });
  const webhook = await cleanup.use(
    startAdmission(
      new Map([
        ['/inject', handler],
        ['/mirror', mirror],
      ]),
    ),
  );
  const { caBundle } = webhook.certificates.current();
  const hooks = order.map((name): WebhookInput => ({
    name: `${name}.example.com`,
    url: `${webhook.url}/${name}`,
    caBundle,
    reinvocationPolicy: name === 'inject' ? 'IfNeeded' : mirrorAgain,
  }));
  await install(cleanup, on, mutatingConfiguration(on, on.unique('mirrored'), ...hooks), async () => {
    const probe = (await create(on, pod(), '--dry-run=server')) as unknown as RawPod;
    return sidecarOf(probe) !== undefined && String(probe.spec.containers[0]?.['image']).startsWith(MIRROR);
  });
  const made = (await create(on, pod())) as unknown as RawPod;
  return { image: sidecarOf(made)?.['image'], recorded: readRecord(made)?.image };
}

const mirrored = [MIRROR + repositoryOf(SETTINGS.image)];
const behind = ['inject', 'mirror'] as const;
const before = ['mirror', 'inject'] as const;

it.each<[string, Case, string]>([
  ['behind ours stays', { order: behind, mirrorAgain: 'Never', repositories: mirrored }, MIRROR + SETTINGS.image],
  [
    'behind ours, and asked again, stays',
    { order: behind, mirrorAgain: 'IfNeeded', repositories: mirrored },
    MIRROR + SETTINGS.image,
  ],
  [
    'before ours, and asked again, stays',
    { order: before, mirrorAgain: 'IfNeeded', repositories: mirrored },
    MIRROR + SETTINGS.image,
  ],
  // Nobody asked it of the gate: then the image is to be named by the chart as the mirror has it.
  ['before ours alone does not come', { order: before, mirrorAgain: 'Never', repositories: mirrored }, SETTINGS.image],
  [
    'that the chart was not told of does not stay',
    { order: behind, mirrorAgain: 'Never', repositories: [] },
    SETTINGS.image,
  ],
])("what a mirror %s of the gate's image", async (_, which, expected) => {
  expect(await gateImage(which)).toEqual({ image: expected, recorded: SETTINGS.image });
});
