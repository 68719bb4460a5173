/** A node with our images in it, built from this tree. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildImages, type OtherTree } from './images.ts';
import { type ClusterNode, startNode } from './node.ts';
import { useDocker } from './support/docker.ts';
import { withProgress } from './support/progress.ts';
import { scratchFolder } from './support/scratch.ts';

export async function startNodeWithImages(others: readonly OtherTree[] = []): Promise<ClusterNode> {
  const folder = scratchFolder();
  try {
    const archive = join(folder, 'images.tar');
    const docker = await useDocker();
    try {
      await (await buildImages(docker, others)).save(archive);
    } finally {
      await docker.stop();
    }
    return await withProgress('Starting a Kubernetes node', () => startNode(archive));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
