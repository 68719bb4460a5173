import { describe, expect, it } from 'vitest';
import { say } from './testing/ask.ts';

const U = 'unreadable';

describe('a host', () => {
  const inside = (value: string) => say('hostIn(arguments.v, ["*.example.com", "example.com", "[::1]"])', { v: value });
  it.each([
    ['https://api.example.com/x', true],
    ['api.example.com:443', true],
    ['https://example.com.', true],
    ['http://[::1]:80/', true],
    ['https://example.com.evil.org/', false],
    ['https://evil.org/?u=https://api.example.com', false],
    ['https://evil.org#@example.com/', U],
    ['https://user@example.com/', U],
    ['https://evil.org\\@example.com/', U],
    ['https:example.com', U],
    ['https://ex%61mple.com/', U],
    ['https://\uff45xample.com/', U],
    ['http://0x7f.1/', U],
    ['http://2130706433/', U],
    ['mailto:a@example.com', U],
    ['', U],
    ['/relative/path', U],
  ])('%j is inside: %s', (value, said) => expect(inside(value)).toBe(said));

  it.each([
    ['http://[2001:DB8::1]/x', '2001:db8::1'],
    ['https://Pay.Example.com:8443', 'pay.example.com'],
  ])('of %s is %s', (value, host) => expect(say(`hostOf(arguments.v) == "${host}"`, { v: value })).toBe(true));
});

describe('an address', () => {
  const inside = (value: string) => say('addressIn(arguments.v, ["10.0.0.0/8", "fc00::/7"])', { v: value });
  it.each([
    ['10.1.2.3', true],
    ['http://10.1.2.3:8080/x', true],
    ['[fd00::1]', true],
    ['fd00::1', true],
    ['192.0.2.1', false],
    // It leads to 10.0.0.1 for some and to an address of IPv6 for others.
    ['::ffff:10.0.0.1', U],
    ['64:ff9b::a00:1', U],
    ['0x0a.1', U],
    ['010.0.0.1', U],
    // Only its server will know.
    ['internal.example.com', U],
  ])('%s is inside: %s', (value, said) => expect(inside(value)).toBe(said));

  it('is told from a name', () => {
    expect(say('isAddress(arguments.v)', { v: 'http://10.0.0.1/' })).toBe(true);
    expect(say('isAddress(arguments.v)', { v: 'http://example.com/' })).toBe(false);
    expect(say('isAddress(arguments.v)', { v: 'http://0x7f.1/' })).toBe(U);
  });
});

describe('a path', () => {
  const inside = (value: string) => say('pathIn(arguments.v, ["/data"])', { v: value });
  it.each([
    ['/data/a.txt', true],
    ['/data', true],
    ['/data/x/../y', true],
    ['/data_evil/a', false],
    ['/etc/passwd', false],
    ['/data/../etc/passwd', false],
    ['/data/..%2fetc/passwd', U],
    ['/data/%2e%2e/etc/passwd', U],
    ['/data/..\\..\\etc', U],
    ['~/x', U],
    ['C:\\data', U],
    ['/data/\u202ea', U],
  ])('%j is inside: %s', (value, said) => expect(inside(value)).toBe(said));

  it('names no folder of the policy where it cannot be read', async () => {
    const { conditionOf, FACTS, Purse } = await import('./testing/ask.ts');
    const failure = conditionOf('pathIn(arguments.v, ["/secret"])').ask(FACTS, '', { v: '~/x' }, new Purse());
    expect(failure).toMatchObject({ reason: U, message: expect.not.stringContaining('/secret') as string });
  });
});
