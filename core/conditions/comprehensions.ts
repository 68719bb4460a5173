/** The macros of CEL that go through a list or the keys of a map. */
import { FAILURE_STEPS } from './budget.ts';
import type { Macro } from './expression.ts';
import { type Place, wrongType } from './failure.ts';
import type { Frame, Step } from './frame.ts';
import { asBool, entryOf, listOf, MadeList, MadeMap, typeOf, type Value } from './values.ts';

/** `slot`: where the frame has the variable. `bodies`: what is asked of each; of `map` with a filter, the filter comes first. */
export function prepareMacro(macro: Macro, slot: number, range: Step, bodies: readonly Step[], place: Place): Step {
  const [first, second] = bodies as readonly [Step, Step | undefined];
  const each = (frame: Frame, act: (value: Value) => boolean): void => {
    for (const value of entriesOf(range(frame), frame, place)) {
      frame.spend(1);
      frame.slots[slot] = value;
      if (!act(value)) return;
    }
  };
  switch (macro) {
    case 'all':
      return (frame) => quantified(false, first, frame, each);
    case 'exists':
      return (frame) => quantified(true, first, frame, each);
    case 'exists_one':
      return (frame) => {
        let count = 0;
        each(frame, () => {
          if (asBool(first(frame), undefined)) count++;
          return true;
        });
        return count === 1;
      };
    case 'filter':
    case 'map':
      return (frame) => new MadeList(made(macro, frame, each, first, second));
  }
}

type Each = (frame: Frame, act: (value: Value) => boolean) => void;

/** What one entry decides alone holds whatever is wrong with others. */
function quantified(deciding: boolean, body: Step, frame: Frame, each: Each): boolean {
  let failure: unknown = undefined;
  let isDecided = false;
  each(frame, () => {
    try {
      isDecided = asBool(body(frame), undefined) === deciding;
    } catch (error) {
      if (frame.left < 0) throw error;
      frame.spend(FAILURE_STEPS);
      failure ??= error;
    }
    return !isDecided;
  });
  if (isDecided) return deciding;
  if (failure !== undefined) throw failure;
  return !deciding;
}

function made(macro: 'filter' | 'map', frame: Frame, each: Each, first: Step, second: Step | undefined): Value[] {
  const items: Value[] = [];
  each(frame, (value) => {
    if (macro === 'filter') {
      if (asBool(first(frame), undefined)) items.push(value);
    } else if (second === undefined) {
      items.push(first(frame));
    } else if (asBool(first(frame), undefined)) {
      items.push(second(frame));
    }
    return true;
  });
  return items;
}

function entriesOf(of: Value, frame: Frame, place: Place): readonly Value[] {
  const items = listOf(of);
  if (items !== undefined) {
    frame.spend(items.length / 2);
    return items.map((_, at) => entryOf(of, items, at));
  }
  if (of instanceof MadeMap) return [...of.entries.keys()];
  if (typeOf(of) !== 'map') throw wrongType(typeOf(of), 'a list or a map', place);
  return Object.keys(of as object);
}
