/** Images that a registry mirror rewrote; what else others may change of a gate is in reinvocation.test.ts. */
import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { mcpServer } from '../testing/gen.ts';
import { inject } from './inject.ts';
import { type RawPod, sidecarOf } from './pod.ts';
import { SETTINGS } from './testing/read-case.ts';

const MIRROR = 'mirror.example.com:5000/ghcr/sidecar';
const DIGEST = `@sha256:${'a'.repeat(64)}`;

function injectWith(image: string, pod: RawPod, repositories: readonly string[] = [MIRROR]): RawPod {
  const servers = [
    mcpServerSchema.parse(
      mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 9000 } } }),
    ),
  ];
  const namespaceLabels = { 'sallyport.dev/injection': 'enabled' };
  const settings = { ...SETTINGS, image, repositories };
  return structuredClone(inject(pod, { namespace: 'finance', namespaceLabels, servers, settings }).pod);
}

const plain = (): RawPod => ({
  metadata: { labels: { app: 'ledger' } },
  spec: { containers: [{ name: 'app', image: 'ledger:1', ports: [{ containerPort: 9000 }] }] },
});

/** The image of the gate after a second look, where somebody else has written another in between. */
function imageAfter(image: string, rewritten: unknown, repositories?: readonly string[]): unknown {
  const pod = injectWith(image, plain(), repositories);
  Object.assign(sidecarOf(pod) ?? {}, { image: rewritten });
  return sidecarOf(injectWith(image, pod, repositories))?.['image'];
}

test.each([
  ['by tag', 'ghcr.io/sallyport/sidecar:2', `${MIRROR}:2`],
  ['by digest', `ghcr.io/sallyport/sidecar${DIGEST}`, `${MIRROR}${DIGEST}`],
  ['by both', `ghcr.io/sallyport/sidecar:2${DIGEST}`, `${MIRROR}:2${DIGEST}`],
  ['from a registry with a port', 'localhost:5000/sidecar:2', `${MIRROR}:2`],
])('an image %s stays as the mirror has it', (_, image, rewritten) => {
  expect(imageAfter(image, rewritten)).toBe(rewritten);
});

test.each([
  ['of another tag', `${MIRROR}:1`],
  ['of a digest that nobody gave', `${MIRROR}:2${DIGEST}`],
  ['without a tag', MIRROR],
  ['of a repository that the chart was not told of', 'evil.example.com/sidecar:2'],
  ['whose repository only begins alike', `${MIRROR}-evil:2`],
  ['that is none', 7],
])('an image %s is replaced', (_, rewritten) => {
  expect(imageAfter('ghcr.io/sallyport/sidecar:2', rewritten)).toBe('ghcr.io/sallyport/sidecar:2');
});

test('without mirrors nothing stays, nor of an image without a version', () => {
  expect(imageAfter('sidecar:2', `${MIRROR}:2`, [])).toBe('sidecar:2');
  expect(imageAfter('localhost:5000/sidecar', MIRROR)).toBe('localhost:5000/sidecar');
});
