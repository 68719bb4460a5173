/**
 * What callers see of a call that a person decides on after five seconds, fifty, or five minutes, through each official client with its
 * default settings. A tenth of all times, of the clients' own limits as well; what they do not let us set (a pause of 250 ms between two
 * rounds, the 300 s of Python for a silent stream) stays as it is. The table of docs/approvals.md is held to it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readPage } from '../docs/pages.ts';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { ALLOW_ALL, type PackSpec, holdingFor, policyOf } from '../support/policy.ts';
import { startStatelessTasks } from '../support/stateless-tasks.ts';
import { pythonClient } from './clients/python.ts';
import { PYTHON, SDK_1, SDK_2 } from './python-sdks.ts';
import { versionOf } from './versions.ts';

const { use } = cleanupAfterAll();
const SCALE = 10;
/** In seconds of the real world. */
const DECIDED_AFTER = { '5 s': 5, '50 s': 50, '5 min': 300 } as const;
const HOLD_MS = 45_000 / SCALE;
/** `DEFAULT_REQUEST_TIMEOUT_MSEC` of the TypeScript SDKs. */
const TIMEOUT_MS = 60_000 / SCALE;

const RESULT = 'the result';
const AGAIN = '“call again”, and the result when it does so once more';
const OFTEN = '“call again”, each time it does so, until the result';
const TASK = 'a task, and then the result';

interface Caller {
  readonly name: string;
  /** One call; says what the caller has got. */
  readonly connect: (gate: TestGate) => Promise<(args: Json) => Promise<Said>>;
  readonly startServer?: () => Promise<{ readonly url: string; close(): Promise<void> }>;
  readonly tool?: string;
}
type Json = Readonly<Record<string, unknown>>;
interface Said {
  readonly text: string;
  readonly wasTask?: boolean;
}

const CALL_LIMIT = { timeout: TIMEOUT_MS };

const V1: Caller = {
  name: `TypeScript SDK ${versionOf('sdk')}`,
  async connect(gate) {
    const client = await use(connectV1(gate.url));
    return async (args) => ({
      text: textOf(await client.callTool({ name: 'transfer', arguments: args }, undefined, CALL_LIMIT)),
    });
  },
};

function v2(negotiation: 'legacy' | 'modern', called: string): Caller {
  return {
    name: `TypeScript SDK ${versionOf('client')}, ${called}`,
    async connect(gate) {
      const client = await use(connectV2(gate.url, negotiation));
      return async (args) => ({
        text: textOf(await client.callTool({ name: 'transfer', arguments: args }, CALL_LIMIT)),
      });
    },
  };
}

function python(name: string, sdk: typeof SDK_1, mode: 'legacy' | 'auto'): Caller {
  return {
    name,
    async connect(gate) {
      const session = await use(pythonClient(name, sdk.driver, mode, 'Streamable HTTP').connect(gate.url));
      return async (args) => ({ text: textOf(await session.call('transfer', args)) });
    },
  };
}

/** What SDK v1 has for tools that are tasks: it asks after them by itself. */
const V1_TASKS: Caller = {
  name: `TypeScript SDK ${versionOf('sdk')}, \`callToolStream\` of a tool with tasks`,
  tool: 'work',
  startServer: startStatelessTasks,
  async connect(gate) {
    const client = await use(connectV1(gate.url));
    await client.listTools();
    return async (args) => {
      let wasTask = false;
      const call = { name: 'work', arguments: args };
      const stream = client.experimental.tasks.callToolStream(call, undefined, CALL_LIMIT);
      for await (const message of stream) {
        if (message.type === 'error') throw message.error;
        // Within `hold` it is the server that says so.
        if (message.type === 'taskCreated') wasTask = message.task.taskId.includes('held-');
        if (message.type === 'result') return { text: textOf(message.result), wasTask };
      }
      throw new Error('there was no result');
    };
  },
};

const CALLERS: readonly Caller[] = [V1, v2('legacy', 'legacy'), v2('modern', '2026-07-28'), V1_TASKS];
const PYTHONS: readonly Caller[] = [
  python(`Python SDK ${SDK_1.version}`, SDK_1, 'legacy'),
  python(`Python SDK ${SDK_2.version}, legacy`, SDK_2, 'legacy'),
  python(`Python SDK ${SDK_2.version}, as it chooses`, SDK_2, 'auto'),
];

async function seen(
  { connect, startServer = startFixture, tool = 'transfer' }: Caller,
  seconds: number,
): Promise<string> {
  const server = await use(startServer());
  const approval = { expires: '15m', hold: '45s' };
  const rules: PackSpec = { tools: [{ names: [tool], effect: 'RequireApproval', approval }] };
  const gate = await use(startGate({ upstream: server.url, policy: policyOf(ALLOW_ALL, { anonymous: true }) }));
  const call = await connect(gate);
  gate.setPolicy(holdingFor(policyOf(rules, { anonymous: true }), HOLD_MS));
  const args = tool === 'work' ? {} : { amount: 1, to: 'ACME' };
  const person = (async (): Promise<void> => {
    const { name } = await eventually('it is held', () => gate.approvals.list()[0]);
    await sleep((seconds * 1000) / SCALE);
    gate.approvals.decide(name, 'Approved', 'ada', undefined);
  })();
  let told = 0;
  for (;;) {
    const { text, wasTask } = await call(args);
    if (text.includes('Call again with identical arguments')) {
      told++;
      continue;
    }
    await person;
    expect(text).toMatch(/^(transfer|worked)/);
    // One request, used up by one execution.
    expect(gate.approvals.list().map(({ state }) => state)).toEqual(['Consumed']);
    return wasTask === true ? TASK : told === 0 ? RESULT : told === 1 ? AGAIN : OFTEN;
  }
}

const rows = new Map(
  readPage('docs/approvals.md')
    .text.split('\n')
    .filter((line) => line.startsWith('| ') && line.includes(' SDK '))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', ...cells]) => [name, cells.slice(0, 3)]),
);

/** All at once: they wait, and take next to nothing. */
async function seenBy(caller: Caller): Promise<string[]> {
  return Promise.all(Object.values(DECIDED_AFTER).map(async (seconds) => seen(caller, seconds)));
}

describe('what the official clients see of a held call', () => {
  it.concurrent.each(CALLERS.map((caller) => [caller.name, caller] as const))('%s', async (name, caller) => {
    expect(await seenBy(caller)).toEqual(rows.get(name));
  });
});

describe.skipIf(PYTHON === undefined)('and those in Python', () => {
  beforeAll(async () => {
    await Promise.all([use(SDK_1.start()), use(SDK_2.start())]);
  });

  it.concurrent.each(PYTHONS.map((caller) => [caller.name, caller] as const))('%s', async (name, caller) => {
    expect(await seenBy(caller)).toEqual(rows.get(name));
  });
});
