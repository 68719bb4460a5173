import { describe, expect, it } from 'vitest';
import { trustedUrlSchema } from './trusted-url.ts';

const schema = trustedUrlSchema('a URL that keys can be trusted from');

describe('a URL whose answers are believed', () => {
  it.each([
    'https://login.example.com',
    'https://[::1]:8443/realms/a',
    'http://127.0.0.1:8080/token',
    'http://login.identity.svc.cluster.local/token',
  ])('is %s', (url) => {
    expect(schema.safeParse(url).success).toBe(true);
  });

  it.each([
    'http://login.example.com',
    'https://LOGIN.example.com',
    'https://login.example.com/?tenant=a',
    'https://me:secret@login.example.com',
    'https://login.example.com:99999',
    'file:///etc/passwd',
  ])('is not %s', (url) => {
    const [issue] = schema.safeParse(url).error?.issues ?? [];
    expect(issue?.message).toMatch(
      /^is not a URL that keys can be trusted from: https, .*https:\/\/login\.example\.com$/,
    );
  });
});
