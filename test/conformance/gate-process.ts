/** A gate as a pod has it, in front of a server: the sidecar's process with a mounted bundle. */
import { eventually } from '../support/eventually.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { startSidecar } from '../support/sidecar-process.ts';

export interface GateProcess {
  readonly url: string;
  close(): Promise<void>;
}

export async function startGateProcess(upstream: string, pack: PackSpec): Promise<GateProcess> {
  const volume = new MountedVolume();
  const sidecar = await startSidecar({ SALLYPORT_UPSTREAM: upstream, SALLYPORT_BUNDLE_DIR: volume.path });
  // A page that the server itself serves may call it, and the suite asks whether it may. Through a gate the page has the gate's
  // origin, which is known only now.
  const { text, revision } = bundleOf(pack, { anonymous: true, origins: [new URL(sidecar.url).origin] });
  volume.swap({ 'bundle.json': text });
  await eventually(
    'the gate enforces its policy',
    async () => (await sidecar.readiness()).body['revision'] === revision,
  );
  return {
    url: sidecar.url,
    async close() {
      await sidecar.close();
      volume.close();
    },
  };
}
