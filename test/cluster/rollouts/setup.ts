/** The node that the files of the vitest project `rollouts` share, with the images of this tree and of the predecessor. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { startNodeWithImages } from '../node-with-images.ts';
import { scratchFolder } from '../support/scratch.ts';
import { checkOutPredecessor, type Predecessor } from './predecessor.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where git does not know it, which is an error on CI. */
    predecessor: Predecessor | undefined;
  }
}

/** Vitest's name for it: runs once before the first file; what it returns runs after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = scratchFolder();
  const predecessor = await checkOutPredecessor(folder).catch((error: unknown) => {
    if (process.env['CI'] === 'true') throw error;
    console.log(`  skipped: the upgrade. ${String(error)}`);
    return undefined;
  });
  // A cluster that is there already has to know our images already.
  const given = process.env['SALLYPORT_TEST_KUBECONFIG'] ?? '';
  const others = predecessor === undefined ? [] : [predecessor];
  const node = given === '' ? await startNodeWithImages(others) : { kubeconfig: given, stop: async () => {} };
  provide('nodeKubeconfig', node.kubeconfig);
  provide('predecessor', predecessor);
  return async () => {
    await node.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
