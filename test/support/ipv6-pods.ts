/**
 * A program for a network namespace whose only addresses outside of loopback are of IPv6, as a node has them in a cluster of that family:
 * two pods, each with a server on ::1 and its gate, and a client. Prints what came of it as one line of JSON. Its arguments are the
 * addresses of the two pods.
 */
import { randomBytes } from 'node:crypto';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { eventually } from './eventually.ts';
import { startFixture } from './fixture-server.ts';
import { callTool, messagesIn } from './messages.ts';
import { MountedVolume } from './mounted-volume.ts';
import { bundleOf } from './policy.ts';
import { askBy, openSessionBy } from './replicas.ts';
import { startSidecar } from './sidecar-process.ts';

const operator = await OperatorDouble.start();
operator.handleKeys = { handleKey: randomBytes(32).toString('base64url') };
const volume = new MountedVolume({
  'bundle.json': bundleOf({ tools: [{ names: ['echo'], effect: 'Allow' }] }, { anonymous: true }).text,
});

async function startPod(address: string, host: string) {
  const server = await startFixture(0, { host: '::1' });
  const gate = await startSidecar({
    ...operator.env,
    // As the operator writes it, wherever the server listens.
    SALLYPORT_UPSTREAM: server.url.replace(/[/][/][^/]*:/, '//127.0.0.1:'),
    SALLYPORT_BUNDLE_DIR: volume.path,
    SALLYPORT_HOST: host,
    SALLYPORT_POD_IP: address,
    SALLYPORT_HOP_PORT: '0',
    SALLYPORT_DRAIN: '1s',
  });
  await eventually('it is ready', async () => (await gate.readiness()).status === 200);
  return { server, gate, url: `http://[${address}]:${gate.port}/mcp` };
}

async function said(url: string, tool: string, session: string) {
  const answer = await askBy(url, callTool(tool, {}, 7), session);
  return { status: answer.status, message: messagesIn(await answer.text()).at(-1) };
}

const [first = '', second = ''] = process.argv.slice(2);
// The first listens as a gate does by default, on all addresses.
const one = await startPod(first, '::');
const two = await startPod(second, second);
const session = await openSessionBy(one.url);
const [allowed, forbidden] = [await said(one.url, 'echo', session), await said(one.url, 'slow', session)];
const passedOn = await said(two.url, 'echo', session);
const isReported = (): boolean =>
  operator.reports.some(
    ({ body }) => (body['upstream'] as { loopbackOnly?: unknown } | undefined)?.loopbackOnly === true,
  );
const loopbackOnly = await eventually('it is known where the server listens', isReported);
const executed = [one, two].map(({ server }) => server.executed);
console.log(JSON.stringify({ allowed, forbidden, passedOn, loopbackOnly, executed }));
for (const { server, gate } of [one, two]) {
  await gate.close();
  await server.close();
}
await operator.close();
volume.close();
process.exit(0);
