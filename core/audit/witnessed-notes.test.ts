import { expect, test } from 'vitest';
import { KEY, signedStream, WITNESS, witnessedList } from './testing/signed-stream.ts';
import { readWitnessed } from './witnessed-notes.ts';

const LIST = witnessedList(signedStream(), 60);
const read = (list: string) => readWitnessed(list, 'file', [WITNESS.verifier]);

test('each has its origin, size and server, and who saw it when', () => {
  expect(read(LIST)).toMatchObject([
    { name: 'file:1', origin: 'sallyport/s1', size: 3, server: 'default/files' },
    { name: 'file:8', size: 7, cosignatures: [{ by: { name: 'witness.example.com/w1' }, time: 1_795_255_260 }] },
  ]);
});

test('of several cosignatures the earliest comes first', () => {
  const [first = ''] = LIST.split('\n\nsallyport');
  const later =
    witnessedList(signedStream({ signAfter: [2] }), 90)
      .split('\n')
      .at(-2) ?? '';
  expect(read(`${first.split('\n').toSpliced(-1, 0, later).join('\n')}\n`)).toMatchObject([
    { cosignatures: [{ time: 1_795_255_260 }, { time: 1_795_255_290 }] },
  ]);
});

test.each([
  ['nothing of the witness', signedStream()[3] ?? '', 'no checkpoint begins there'],
  ['a note that is no checkpoint', `hello\n\n— ${KEY.verifier.name} AAAAAAAA\n`, 'no checkpoint begins there'],
  [
    'another root',
    LIST.replace('\n3\n', '\n4\n'),
    'the checkpoint of sallyport/s1 there is not what the witness has signed',
  ],
])('%s is told with its line', (_, list, problem) => {
  expect(read(list)).toEqual({ line: 1, problem });
});

test('a witness that was not given counts for nothing', () => {
  expect(readWitnessed(LIST, 'file', [])).toMatchObject({
    line: 1,
    problem: expect.stringContaining('no cosignature') as string,
  });
});
