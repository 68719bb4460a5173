/** The one node that all files of the vitest project `node` share, with our images in it. */
import type { TestProject } from 'vitest/node';
import { startNodeWithImages } from './node-with-images.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a kubeconfig with all rights. */
    nodeKubeconfig: string;
  }
}

/** Vitest's name for it: runs once before the first file; what it returns runs after the last. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  // A cluster that is there already has to know our images already.
  const given = process.env['SALLYPORT_TEST_KUBECONFIG'];
  const isGiven = given !== undefined && given !== '';
  const node = isGiven ? { kubeconfig: given, stop: async () => {} } : await startNodeWithImages();
  provide('nodeKubeconfig', node.kubeconfig);
  return () => node.stop();
}
