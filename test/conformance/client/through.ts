/**
 * The client under test of the suite with a gate between the two, which has the server's public name: what the client sends to the
 * suite's URL arrives at the gate, as behind the Service of a pod with a sidecar. Under a name of its own a gate would have to
 * publish another resource than the suite has in mind, and clients would name that one to the authorization server.
 */
import { startGate } from '../../support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../support/policy.ts';
import { drive } from './driver.ts';
import { leadingTo } from './road.ts';
import { readTask } from './task.ts';

const task = readTask();
const server = new URL(task.url);
const gate = await startGate({
  upstream: task.url,
  policy: policyOf(ALLOW_ALL, { authorization: 'Server' }),
});
const road = leadingTo(gate.port, server);
try {
  await drive(task, road.fetch);
} finally {
  await road.close();
  await gate.close();
}
