import { describe, expect, it } from 'vitest';
import { parseTraceParent, sampledTraceParent } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('traceparent', () => {
  it.each([
    ['sampled', `00-${TRACE}-${SPAN}-01`, true],
    ['not sampled', `00-${TRACE}-${SPAN}-00`, false],
    ['with a flag that is not for us', `00-${TRACE}-${SPAN}-02`, false],
    ['random and sampled (level 2)', `00-${TRACE}-${SPAN}-03`, true],
    ['of a later version', `01-${TRACE}-${SPAN}-01`, true],
    ['of a later version that goes on', `cc-${TRACE}-${SPAN}-01-what-comes`, true],
  ])('%s', (_name, text, sampled) => {
    expect(parseTraceParent(text, undefined)).toEqual({ traceId: TRACE, spanId: SPAN, sampled, state: undefined });
  });

  it.each([
    ['', 'x', undefined, 7, ['a', 'b'], null],
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `cc-${TRACE}-${SPAN}-01more`,
    `00-${TRACE}-${SPAN}-0g`,
    ` 00-${TRACE}-${SPAN}-01`,
  ])('%j is none', (text) => {
    for (const one of [text].flat()) expect(parseTraceParent(one, undefined)).toBeUndefined();
  });

  it('is written as version 00', () => {
    expect(parseTraceParent(sampledTraceParent(TRACE, SPAN), undefined)).toMatchObject({ spanId: SPAN, sampled: true });
  });
});

describe('tracestate', () => {
  const stateIn = (state: unknown) => parseTraceParent(`00-${TRACE}-${SPAN}-01`, state)?.state;

  it('is carried along as it came', () => {
    expect(stateIn('congo=t61rcWkgMzE,rojo=00f067aa0ba902b7')).toBe('congo=t61rcWkgMzE,rojo=00f067aa0ba902b7');
  });

  it.each([undefined, '', 'a=\u0000', 'a=b\r\nx: y', 'a=ä', `a=${'b'.repeat(511)}`, 7, ['a=b']])(
    '%j is none',
    (text) => {
      expect(stateIn(text)).toBeUndefined();
    },
  );

  it('means nothing without a parent', () => {
    expect(parseTraceParent('x', 'a=b')).toBeUndefined();
  });
});
