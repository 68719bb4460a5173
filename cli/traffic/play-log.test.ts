import { expect, it } from 'vitest';
import { policyFor } from './policy-for.ts';
import { packFile, reads, trafficFile } from '../testing/traffic-file.ts';
import { playLog } from './play-log.ts';
import { Unread } from './read-log.ts';

it('plays each call under the policy of the server that the head names, with what it had listed by then', async () => {
  const policy = packFile('{arguments: {schema: Enforce}, tools: [{names: ["*"], effect: Allow}]}');
  const schema = (properties: object) => ({
    tool: { name: 'read_file', inputSchema: { type: 'object', properties, additionalProperties: false } },
  });
  const file = trafficFile([
    reads(),
    schema({}),
    reads(),
    schema({ path: {} }),
    reads(),
    reads({ effect: null }),
    { end: 'time', time: reads().time, lost: 0 },
  ]);
  const servers: string[] = [];
  const effects: (string | undefined)[] = [];
  await playLog(
    file,
    (server) => {
      servers.push(server);
      return policyFor({ policy }, server);
    },
    new Unread(file),
    (_call, replayed) => effects.push(replayed?.verdict.effect),
  );
  expect([servers, effects]).toEqual([['default/ledger'], ['Allow', 'Deny', 'Allow', undefined]]);
});
