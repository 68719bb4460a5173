/**
 * What is left of a day on the node, as an auditor meets it: a log that is held against what the operator has witnessed, traces in a
 * Collector, and an archive that has what a deleted pod took along. A part of story.test.ts.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Chain } from '../../../core/audit/chain.ts';
import { checkpointText, originOf } from '../../../core/audit/note/checkpoint.ts';
import { parseSigningKey, type SigningKey } from '../../../core/audit/note/note-keys.ts';
import { signNote } from '../../../core/audit/note/signed-note.ts';
import type { Link } from '../../../core/audit/record.ts';
import { CLI } from '../../support/cli.ts';
import { freePort } from '../../support/ports.ts';
import { attributesOf, type Collector, startCollector } from '../../telemetry/collector.ts';
import { run } from '../support/command.ts';
import { processOf } from '../support/container.ts';
import { asTyped, readmeCommands } from '../support/readme.ts';

const NAMESPACE = 'mcp-demo';
const SERVER = 'everything';
const CALLS = 20;
const OPERATOR_PODS = 'app.kubernetes.io/name=sallyport,app.kubernetes.io/component=operator';

interface Parts {
  readonly k: (args: readonly string[], input?: string) => Promise<string>;
  readonly own: (...args: string[]) => Promise<string>;
  readonly connect: () => Promise<Client>;
  readonly call: (client: Client, name: string, args?: object) => Promise<unknown>;
  readonly said: (answer: Promise<unknown>) => Promise<string>;
  readonly soon: <T>(check: () => Promise<T>, timeout?: number) => Promise<T>;
}

const [INSTALL = [], READER = []] = readmeCommands('On Kubernetes', 'docs/archive.md');
const VOLUME = 'sallyport-archive-of-the-story';

/** A volume of the node's own disk. */
const localVolume = (node: string, path: string): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: VOLUME },
  spec: {
    capacity: { storage: '20Gi' },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    local: { path },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] }],
      },
    },
  },
});

type Line = Link & { event: string; checkpoint?: string; principal?: { name: string } | null };

export function tellWhatIsLeft({ k, own, connect, call, said, soon }: Parts): void {
  describe('what is left of it all', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-evidence-'));
    const file = (name: string): string => join(folder, name);
    const write = (name: string, lines: readonly string[]): void =>
      writeFileSync(file(name), lines.map((line) => `${line}\n`).join(''));
    const sallyport = (command: string): Promise<string> =>
      asTyped(inject('nodeKubeconfig'), `${process.execPath} ${CLI} audit ${command}`);
    let pod = '';
    let key: SigningKey;
    let lines: string[] = [];

    /** The address that this machine has for the node, and so for its pods. */
    const hereSeenFrom = async (node: string): Promise<string> => {
      const { status } = JSON.parse(await k(['get', node, '-o', 'json'])) as {
        status: { addresses: { type: string; address: string }[] };
      };
      const to = status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
      return /src (\S+)/.exec(await run('ip', ['-o', 'route', 'get', to]))?.[1] ?? expect.fail(`no way to ${to}`);
    };

    /** Asks the archive, as the page says: by a port of one's own. `what`: a server, and options. */
    const archived = (command: string, what: string): Promise<string> =>
      asTyped(
        inject('nodeKubeconfig'),
        [
          `cd ${folder}`,
          `kubectl -n sallyport-system port-forward service/sallyport-archive ${port}:8443 >&2 & trap "kill $!" EXIT`,
          `until (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null; do sleep 0.1; done`,
          `${process.execPath} ${CLI} audit ${command} https://localhost:${port}${what} --archive-token token --archive-ca ca.crt`,
        ].join('\n'),
      );
    let port = 0;
    let collector: Collector;

    const podOf = async (): Promise<string> =>
      (await own('get', 'pods', '-l', `app=${SERVER}`, '-o', 'jsonpath={.items[*].metadata.name}')).trim();

    const policyOf = async (): Promise<{ revision?: string; summary?: string }> =>
      JSON.parse(await own('get', 'mcpserver', SERVER, '-o', 'jsonpath={.status.policy}')) as object;

    /** A file of the gate's state directory, as somebody sees it who has got into the node. */
    const ofGate = async (name: string): Promise<string> => {
      const id = await processOf(inject('nodeKubeconfig'), NAMESPACE, pod, 'sallyport');
      return readFileSync(`/proc/${id}/root/var/lib/sallyport/${name}`, 'utf8');
    };

    /** What an auditor is told, and whether the exit code says that something was found. */
    async function verdict(name: string): Promise<{ ok: boolean; text: string }> {
      const given = `--key ${file('gate.pub')} --key ${file('witness.pub')} --witnessed ${file('witnessed')}`;
      const text = await sallyport(`verify ${file(name)} ${given} 2>&1 && echo none || echo found`);
      return { ok: text.trimEnd().endsWith('none'), text };
    }

    beforeAll(async () => {
      port = await freePort();
      // A cluster of people has a provisioner of volumes; this one has a folder.
      chmodSync(folder, 0o755);
      const [node = ''] = (await k(['get', 'nodes', '-o', 'name'])).trim().split('\n');
      await k(
        ['apply', '-f', '-'],
        JSON.stringify(localVolume(node.replace('node/', ''), mkdtempSync(file('volume-')))),
      );
      const kubeconfig = inject('nodeKubeconfig');
      for (const command of INSTALL) await asTyped(kubeconfig, command);
      collector = await startCollector({ host: await hereSeenFrom(node) });
      const otlp = `--set telemetry.otlp.endpoint=${collector.http},telemetry.otlp.tracesSamplerArg=1`;
      await asTyped(
        kubeconfig,
        `helm upgrade sallyport charts/sallyport -n sallyport-system --reset-then-reuse-values ${otlp}`,
      );
      await k(['-n', 'sallyport-system', 'rollout', 'status', 'deployment/sallyport-operator', '--timeout=60s']);
      // For a moment the one of before may still be asked, which tells gates of no Collector and of no archive.
      await soon(async () => {
        const pods = await k(['-n', 'sallyport-system', 'get', 'pods', '-l', OPERATOR_PODS, '-o', 'name']);
        expect(pods.trim().split('\n')).toHaveLength(2);
      }, 40_000);
      await k(['-n', 'sallyport-system', 'rollout', 'status', 'statefulset/sallyport-archive', '--timeout=90s']);
      for (const command of READER.filter((one) => /> (?:token|ca\.crt)$/.test(one)))
        await asTyped(kubeconfig, `cd ${folder} && ${command}`);
      const spec = {
        tools: [
          { name: 'talk', names: ['echo'], effect: 'Allow' },
          { name: 'sums', names: ['get-sum'], effect: 'RequireApproval' },
        ],
        dlp: [{ detect: ['secrets'], in: ['arguments'], effect: 'Redact' }],
      };
      const before = await policyOf();
      await own('patch', 'policypack', SERVER, '--type=merge', '-p', JSON.stringify({ spec }));
      // The operator that was just started may not lead yet, and `Ready` is of the policy of before until it does.
      await soon(async () => expect((await policyOf()).revision).not.toBe(before.revision), 40_000);
      await own('delete', 'pods', '-l', `app=${SERVER}`, '--force', '--grace-period=0');
      await own('wait', '--for=condition=Ready', `mcpserver/${SERVER}`, '--timeout=90s');
      pod = await soon(async () => {
        const name = await podOf();
        await own('wait', '--for=condition=Ready', `pod/${name}`, '--timeout=5s');
        expect((await policyOf()).summary).toBe('1/1');
        return name;
      }, 60_000);
    });

    afterAll(async () => {
      await collector.close();
      await k(['-n', 'sallyport-system', 'scale', 'statefulset', 'sallyport-archive', '--replicas=0']);
      await k(['delete', 'persistentvolume', VOLUME, '--wait=false']);
      rmSync(folder, { recursive: true });
    });

    test('calls that are allowed, refused, redacted and held are on record, and witnessed', async () => {
      const client = await connect();
      // Made here, so that it is nobody's and stands in no file.
      const letters = Array.from(randomBytes(16), (byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join('');
      expect(await said(call(client, 'echo', { message: `AKIA${letters}` }))).toMatch(/^Echo: \[redacted/i);
      expect(await said(call(client, 'get-env'))).toContain('Refused by policy');
      const sum = said(call(client, 'get-sum', { a: 20, b: 22 }));
      const request = await soon(async () => {
        const list = (await own('get', 'approvals', '--no-headers')).split('\n');
        const line = list.find((one) => one.includes('Pending')) ?? expect.fail('nobody is asked');
        return line.split(/\s+/)[0] ?? '';
      });
      const yes = JSON.stringify({ status: { decision: 'Approved', reason: 'it is the month end' } });
      await own('patch', 'approval', request, '--subresource=status', '--type=merge', '-p', yes, '--as', 'ada');
      expect(await sum).toBe('The sum of 20 and 22 is 42.');
      for (let n = 0; n < CALLS; n += 1)
        expect(await said(call(client, 'echo', { message: `call ${n}` }))).toBe(`Echo: call ${n}`);

      writeFileSync(file('gate.pub'), await sallyport(`keys --server ${NAMESPACE}/${SERVER}`));
      writeFileSync(file('witness.pub'), await sallyport('keys --witness'));
      await soon(async () => {
        lines = (await ofGate('audit.jsonl')).trimEnd().split('\n');
        const last = (event: string) => lines.findLastIndex((line) => (JSON.parse(line) as Line).event === event);
        const calls = last('decision');
        expect(last('checkpoint')).toBeGreaterThan(calls);
        writeFileSync(file('witnessed'), await sallyport(`witnessed --server ${NAMESPACE}/${SERVER} --pod ${pod}`));
        const { stream } = JSON.parse(lines[0] ?? '{}') as Line;
        const notes = readFileSync(file('witnessed'), 'utf8');
        const size = new RegExp(`^${originOf(stream).replaceAll('.', '\\.')}\\n(\\d+)\\n`, 'm').exec(notes)?.[1];
        expect(Number(size)).toBeGreaterThan(calls);
      }, 40_000);
      key = parseSigningKey(await ofGate('audit.key')) ?? expect.fail('the gate has no key');
      write('whole.jsonl', lines);
      const whole = await verdict('whole.jsonl');
      expect(whole).toMatchObject({ ok: true });
      expect(whole.text).toMatch(/witness/);
      expect(lines.join('\n')).not.toContain(letters);
    }, 150_000);

    test('each call is a trace in the Collector, by the words of the conventions and without arguments', async () => {
      const of = (name: string) =>
        collector
          .spans()
          .filter((span) => span.name === name)
          .map(({ attributes }) => attributesOf(attributes));
      await soon(async () => expect(of('tools/call echo')).toHaveLength(2 * (CALLS + 1)));
      expect(of('tools/call get-env')[0]).toMatchObject({
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': 'get-env',
      });
      expect(JSON.stringify(collector.spans())).not.toContain('call 7');
      expect(collector.resources()).toContainEqual(
        expect.objectContaining({ 'service.name': `${SERVER}-gate`, 'k8s.pod.name': pod }),
      );
      expect(collector.logs().filter(({ body }) => lines.includes(body.stringValue ?? '')).length).toBeGreaterThan(
        CALLS,
      );
    });

    test('one byte that is edited is named', async () => {
      const at = lines.findIndex((line) => line.includes('"tool":"get-sum"') && line.includes('"answered"'));
      write(
        'edited.jsonl',
        lines.with(at, (lines[at] ?? '').replace('"effect":"RequireApproval"', '"effect":"RequireApprovaL"')),
      );
      const { ok, text } = await verdict('edited.jsonl');
      expect({ ok, text }).toMatchObject({ ok: false, text: expect.stringContaining(`line ${at + 1}`) as string });
    });

    test('the last ten records, dropped, are missed', async () => {
      write('cut.jsonl', lines.slice(0, -10));
      const { ok, text } = await verdict('cut.jsonl');
      expect(ok).toBe(false);
      expect(text).toMatch(
        /cut-off: The stream ends here with number \d+, and sallyport-witness\/sallyport-system saw/,
      );
    });

    test('a tail that is made anew with the stolen key of the gate is not what the witness saw', async () => {
      const records = lines.map((line) => JSON.parse(line) as Line);
      const { stream, server } = records[0] ?? expect.fail('there is no line');
      const chain = new Chain({ stream, server });
      const forged = records.map((record) => {
        if (record.event === 'decision' && record.principal) record.principal.name = 'somebody-else';
        if (record.event === 'checkpoint') {
          const text = checkpointText({ origin: originOf(stream), size: chain.next, root: chain.root() });
          record.checkpoint = signNote(text, key);
        }
        return chain.append(record);
      });
      write('forged.jsonl', forged);
      // To whoever has nothing but the key it is as good as the log itself.
      expect(await sallyport(`verify ${file('forged.jsonl')} --key ${file('gate.pub')} && echo none`)).toContain(
        'none',
      );
      const { ok, text } = await verdict('forged.jsonl');
      expect(ok).toBe(false);
      expect(text).toMatch(/witness/);
    });

    test('a pod that is deleted takes nothing along: the archive has it, and is held against the same', async () => {
      await own('delete', 'pod', pod, '--force', '--grace-period=0');
      const server = `/${NAMESPACE}/${SERVER}`;
      const found = await archived('search', `${server} --target echo -o jsonl`);
      expect(found.match(/"outcome":"answered"/g)).toHaveLength(CALLS + 1);
      const given = '--key gate.pub --key witness.pub --witnessed witnessed';
      expect(await archived('verify', `${server} ${given}`)).toMatch(/^OK/m);
    });
  });
}
