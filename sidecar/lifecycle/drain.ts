/**
 * `node sidecar.mjs drain`: the preStop hook of the pod. It tells the running sidecar that the pod is on its way out, then waits for
 * the endpoints to be updated, which holds SIGTERM back so long: until then new calls still arrive and are served.
 * An httpGet hook would come from the kubelet to the pod's address, where strangers could send it too.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandConfig } from '../command-config.ts';
import { askAdmin } from './ask-admin.ts';
import { isListening } from './is-listening.ts';

const LOOK_MS = 100;

/** Rejects with a sentence when nobody took it. */
export async function drain(config: CommandConfig): Promise<void> {
  await askAdmin(config, { method: 'POST', path: '/drain' }, 'draining could not begin');
  if (config.drainWithServer) await whileServerListens(config);
  else await sleep(config.drainDelayMs);
}

/** A Job is done when its server has ended, and its pod is not to be kept by a gate that waits for calls nobody can answer. */
async function whileServerListens({ upstream, drainDelayMs }: CommandConfig): Promise<void> {
  const until = performance.now() + drainDelayMs;
  while (performance.now() < until && (await isListening(upstream))) await sleep(LOOK_MS);
}
