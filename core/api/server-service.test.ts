import { describe, expect, it } from 'vitest';
import { serviceSchema } from './server-service.ts';

const problems = (service: object) =>
  serviceSchema.safeParse(service).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('the Service of a server', () => {
  it('may be left to the defaults', () => {
    expect(serviceSchema.parse({})).toEqual({ create: true });
  });

  it('has ports of different names and numbers', () => {
    const [one, two] = [
      { name: 'mcp', port: 80 },
      { name: 'web', port: 8080 },
    ];
    expect(problems({ ports: [one, two] })).toEqual([]);
    expect(problems({ ports: [one, { ...two, name: 'mcp' }] })).toEqual([
      'ports.1.name: is in the list already; keep one of the two',
    ]);
    expect(problems({ ports: [one, { ...two, port: 80 }] })).toEqual([
      'ports.1.port: is in the list already; keep one of the two',
    ]);
  });

  it('of somebody else has nothing to say of ports and affinity', () => {
    expect(problems({ name: 'front', create: false })).toEqual([]);
    expect(problems({ create: false, sessionAffinity: 'ClientIP', ports: [{ name: 'mcp', port: 80 }] })).toEqual([
      expect.stringMatching(/^sessionAffinity: says nothing/),
      expect.stringMatching(/^ports: says nothing/),
    ]);
  });

  it.each([{ name: 'Front' }, { name: '1st' }, { ports: [] }, { ports: [{ name: 'mcp', port: 0 }] }, { affinity: 1 }])(
    'is not %j',
    (service) => {
      expect(problems(service)).not.toEqual([]);
    },
  );
});
