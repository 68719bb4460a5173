import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { PodHandles } from '../memory/pod-handles.ts';
import { HopCounts } from './counts.ts';
import { Replicas } from './replicas.ts';

const KEY = Buffer.alloc(32, 1);
const log = pino({ level: 'silent' });

it('without an address, or where nobody can listen, names stay the server’s own', async () => {
  for (const at of [
    { host: '127.0.0.1', port: 0, address: undefined },
    { host: '192.0.2.1', port: 0, address: '192.0.2.1' },
    { host: '127.0.0.1', port: 0, address: '10.0.0.1' },
  ]) {
    const handles = new PodHandles('finance/ledger');
    handles.adopt(KEY, []);
    const replicas = new Replicas(new HopCounts(new Registry(), 'finance/ledger'), log);
    await replicas.listen(at, handles, () => {});
    expect(handles.seal('own') === 'own').toBe(at.address !== '10.0.0.1');
    await replicas.stopListening();
    await replicas.close();
  }
});
