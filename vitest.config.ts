import { defineConfig } from 'vitest/config';
import { CONTROL_TAGS, type ControlId } from './scripts/threats/controls.ts';

declare module 'vitest' {
  /** The tags that a test may have: the control that it shows (docs/threats.md). */
  interface TestTags {
    readonly control: ControlId;
  }
}

// CI machines are slow and shared; a limit that is only ever met by a hang is the useful one.
const patient = { testTimeout: 30_000, hookTimeout: 60_000 };

// Where every part is real some things are late now and then (a finalizer, a sync of iptables, a process on a machine that others use
// too). On CI a second try tells that from a fault, and is reported as one.
const retry = process.env['CI'] === 'true' ? 1 : 0;

export default defineConfig({
  test: {
    dangerouslyIgnoreUnhandledErrors: false,
    tags: CONTROL_TAGS,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{core,sidecar,operator,telemetry,archive,cli,scripts,examples,bench}/**/*.test.ts',
            'test/{docs,cluster/support,chaos}/**/*.test.ts',
          ],
          testTimeout: 10_000,
          // A module is loaded once for all files of a worker, which is more than half of the time: what a test changes of one (a fake clock, a
          // variable of the environment), it changes back.
          isolate: false,
        },
      },
      {
        // Real processes that need the machine to themselves: two files at a time at most.
        test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], maxWorkers: 2, retry, ...patient },
      },
      {
        // What the wire and the evidence are held to: the conformance suite, the official clients, the fuzz, another verifier.
        test: {
          name: 'wire',
          include: ['test/{attacks,conformance,compatibility,fuzz,verifier,telemetry}/**/*.test.ts'],
          maxWorkers: 2,
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // Needs dist/: the package and the images as a user gets them.
        test: { name: 'package', include: ['test/package/**/*.test.ts'], maxWorkers: 1, ...patient },
      },
      {
        // etcd and kube-apiserver of the tests' own. One server for all files, each of which makes namespaces for itself.
        test: {
          name: 'api',
          include: ['test/cluster/api/**/*.test.ts'],
          globalSetup: 'test/cluster/shared-api-server.ts',
          maxWorkers: 2,
          retry,
          ...patient,
        },
      },
      {
        // A whole Kubernetes node with our images. One for all files; pods take longer than calls.
        test: {
          name: 'node',
          include: ['test/cluster/node/**/*.test.ts'],
          globalSetup: 'test/cluster/shared-node.ts',
          maxWorkers: 2,
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        // What rollouts, restarts and an upgrade cost clients that call all the while: minutes on a node, so a command of its own.
        test: {
          name: 'rollouts',
          include: ['test/cluster/rollouts/**/*.test.ts'],
          globalSetup: 'test/cluster/rollouts/setup.ts',
          // There is one install in a cluster.
          maxWorkers: 1,
          retry,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
