/** The one API server that all files of the vitest project `api` share, with our CRDs. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { kubectl, startApiServer } from './api-server.ts';
import { withProgress } from './support/progress.ts';

const CRDS = join(import.meta.dirname, '..', '..', 'crds');

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a kubeconfig with all rights. */
    apiServerKubeconfig: string;
  }
}

/** Vitest's name for it: runs once before the first file; what it returns runs after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env['SALLYPORT_TEST_KUBECONFIG'];
  const server =
    given === undefined || given === ''
      ? await withProgress('Starting etcd and kube-apiserver', () => startApiServer())
      : { kubeconfig: given, stop: async () => {} };
  try {
    await installCrds(server.kubeconfig);
  } catch (error) {
    await server.stop();
    throw error;
  }
  provide('apiServerKubeconfig', server.kubeconfig);
  return () => server.stop();
}

export async function installCrds(kubeconfig: string): Promise<void> {
  if (!existsSync(CRDS) || !readdirSync(CRDS).some((name) => name.endsWith('.yaml'))) return;
  await kubectl(kubeconfig, ['apply', '--server-side', '-f', CRDS]);
  await kubectl(kubeconfig, ['wait', '--for=condition=Established', '--timeout=30s', '-f', CRDS]);
}
