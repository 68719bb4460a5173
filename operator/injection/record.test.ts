import { describe, expect, it } from 'vitest';
import { ANNOTATION } from '../names.ts';
import { readRecord, recordOf } from './record.ts';
import type { Overlay } from './render.ts';

const OVERLAY: Overlay = { container: { name: 'sallyport', image: 'sidecar:1' }, volumes: [], pullSecrets: [] };
const PART = { container: 'app', port: 9000, moved: [] };
const PROBE = {
  ...{ container: 'app', probe: 'readinessProbe' as const, port: 9000, timeoutSeconds: 1 },
  handler: { tcpSocket: { port: 'mcp' } },
};
const podWith = (annotation: string) => ({
  metadata: { annotations: { [ANNOTATION.injected]: annotation } },
  spec: { containers: [] },
});

describe('the record of what was injected', () => {
  it('says only what is not as usual', () => {
    expect(Object.keys(recordOf(OVERLAY, { ...PART, probes: [], ending: {}, pullSecrets: [] }))).toEqual([
      ...['version', 'image', 'understands', 'settings', 'container', 'port', 'moved'],
    ]);
    const more = { ending: { graceSeconds: 5 }, probes: [PROBE], pullSecrets: ['registry'] };
    expect(recordOf(OVERLAY, { ...PART, ...more })).toMatchObject(more);
  });

  it('is read as it was written', () => {
    const record = recordOf(OVERLAY, { ...PART, probes: [PROBE] });
    expect(readRecord(podWith(JSON.stringify(record)))).toEqual(record);
  });

  it.each([
    '',
    'x',
    '{}',
    JSON.stringify({ ...recordOf(OVERLAY, PART), probes: [{ ...PROBE, handler: { exec: {} } }] }),
  ])('is none where somebody has garbled it: %s', (text) => {
    expect(readRecord(podWith(text))).toBeUndefined();
  });
});
