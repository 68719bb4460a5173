import { describe, expect, it } from 'vitest';
import { readHost } from './host-reading.ts';

describe('readHost', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BU\u0308CHER.example', 'xn--bcher-kva.example'],
    ['日本.jp', 'xn--wgv71a.jp'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['r3---sn-4g5e6nsz.googlevideo.com', 'r3---sn-4g5e6nsz.googlevideo.com'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['3com.com', '3com.com'],
    ['0x.example', '0x.example'],
  ])('%s is the name %s', (text, host) => {
    expect(readHost(text)).toEqual({ host, address: undefined, problem: undefined, detail: undefined });
  });

  it.each([
    ['8.8.8.8', '8.8.8.8', '8.8.8.8'],
    ['[2606:4700:0:0::1111]', '[2606:4700::1111]', '2606:4700::1111'],
    ['2606:4700::1111', '[2606:4700::1111]', '2606:4700::1111'],
  ])('%s is the address %s', (text, host, address) => {
    expect(readHost(text)).toMatchObject({ host, address: { text: address }, problem: undefined });
  });

  it.each([
    ['', 'no-host'],
    ['a'.repeat(256), 'too-long'],
    ['a%2eb', 'encoded-host'],
    ['a..b', 'odd-host'],
    ['.a', 'odd-host'],
    ['a..', 'odd-host'],
    ['.', 'odd-host'],
    ['-a.com', 'odd-host'],
    ['a-.com', 'odd-host'],
    ['a,b', 'odd-host'],
    [`${'a'.repeat(64)}.com`, 'odd-host'],
    ['xn--a.com', 'odd-host'],
    ['xn--localhost-', 'odd-host'],
    ['[::1', 'odd-host'],
    ['[::1]x', 'odd-host'],
    ['[a]', 'odd-host'],
    ['[::1].[::2]', 'odd-host'],
    ['\u0301\ufffd.com', 'odd-host'],
    ['127.1', 'disguised-address'],
    ['0x7f000001', 'disguised-address'],
    ['0x', 'disguised-address'],
    ['08.8.8.8', 'disguised-address'],
    ['1.2.3.4.5', 'disguised-address'],
    ['256.1.1.1', 'disguised-address'],
    ['8.8.8.8.', 'disguised-address'],
    ['a.1', 'disguised-address'],
    ['ｅxample.com', 'disguised-host'],
    ['example。com', 'disguised-host'],
    ['①②⑦.0.0.1', 'disguised-host'],
    ['\u212aelvin.com', 'disguised-host'],
    ['a\u2044b.com', 'disguised-host'],
    ['a\u200bb.com', 'hidden-character'],
    [`e${'\u0301'.repeat(40)}.com`, 'piled-marks'],
  ])('%j is a problem: %s', (text, problem) => {
    expect(readHost(text)).toMatchObject({ host: text, problem, address: undefined });
  });

  it('says what may be behind a disguise', () => {
    expect(readHost('0x7f.1').detail).toBe('it may be read as 127.0.0.1');
    expect(readHost('①②⑦.0.0.1').detail).toBe('it may be read as 127.0.0.1');
    expect(readHost('%6cocalhost').detail).toBe('it may be read as localhost');
  });
});
