/**
 * `node sidecar.mjs drain`: the preStop hook of the pod. It tells the running sidecar that the pod is on its way out, then waits for
 * the endpoints to be updated, which holds SIGTERM back so long: until then new calls still arrive and are served.
 * An httpGet hook would come from the kubelet to the pod's address, where strangers could send it too.
 */
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SidecarConfig } from '../config.ts';

const TIMEOUT_MS = 2_000;

/** Rejects with a sentence when nobody took it. */
export async function drain({ adminHost, adminPort, drainDelayMs }: SidecarConfig): Promise<void> {
  await post(
    adminHost === undefined || adminHost === '0.0.0.0' || adminHost === '::' ? '127.0.0.1' : adminHost,
    adminPort,
  );
  await sleep(drainDelayMs);
}

function post(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => reject(new Error(`draining could not begin at ${host}:${port}: ${why}`));
    const request = http.request({ host, port, path: '/drain', method: 'POST', timeout: TIMEOUT_MS, agent: false });
    request.once('response', (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else failed(`HTTP ${response.statusCode}`);
    });
    request.once('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    request.once('error', (error) => failed(error.message));
    request.end();
  });
}
