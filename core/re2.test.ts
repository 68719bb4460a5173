import { expect, it } from 'vitest';
import { compileRe2, whyNotRe2 } from './re2.ts';

it.each(['(?=a)b', String.raw`(a)\1`, '(', '[z-a]'])(
  '%s is none, and it is said why in one line with one mend',
  (pattern) => {
    let thrown: unknown = undefined;
    try {
      compileRe2(pattern);
    } catch (error) {
      thrown = error;
    }
    expect(whyNotRe2(thrown)).toMatch(/^is not a pattern of RE2 \([^;\n]+\); write one without look-around/);
  },
);
