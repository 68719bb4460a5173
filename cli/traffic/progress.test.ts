import { expect, it } from 'vitest';
import { Progress } from './progress.ts';

it('says nothing for two seconds, and then something every two', () => {
  const said: string[] = [];
  let now = 0;
  const progress = new Progress(
    (line) => said.push(line),
    () => now,
  );
  for (now = 0; now <= 6_500; now += 500) progress.at(() => `at ${now}`);
  expect(said).toEqual(['sallyport: at 2000 …', 'sallyport: at 4000 …', 'sallyport: at 6000 …']);
});
