/** Where the shapes stand that a rule, a condition or a finding names. */
import { unescapePart } from '../../json-pointer.ts';
import type { Shape } from '../shape.ts';

/** All that the steps lead to; `*` and numbers stand for the entries of a list, whose shapes are kept and not their places. */
export function shapesAt(shape: Shape | undefined, steps: readonly string[]): readonly Shape[] {
  const [step, ...rest] = steps;
  if (shape === undefined) return [];
  if (step === undefined) return [shape];
  if (shape.is === 'array') {
    if (step !== '*' && !/^\d+$/.test(step)) return [];
    return shape.items.flatMap((item) => shapesAt(item, rest));
  }
  if (shape.is !== 'object' || !Object.hasOwn(shape.members, step)) return [];
  return shapesAt(shape.members[step], rest);
}

/** Of a JSON Pointer, or of a plain name of a parameter. */
export function stepsOf(parameter: string): readonly string[] {
  return parameter.startsWith('/') ? parameter.slice(1).split('/').map(unescapePart) : [parameter];
}

/** Whether what is made up after it is what was sent. */
export function isExact(shape: Shape): boolean {
  switch (shape.is) {
    case 'value':
      return true;
    case 'array':
      return shape.items.length === shape.count && shape.items.every(isExact);
    case 'object':
      return shape.left === undefined && Object.values(shape.members).every(isExact);
    default:
      return false;
  }
}

/** Texts of which only the shape is kept; numbers are told by their class. */
export function hasLostText(shape: Shape): boolean {
  switch (shape.is) {
    case 'value':
    case 'number':
      return false;
    case 'array':
      return shape.items.some(hasLostText);
    case 'object':
      return shape.left !== undefined || Object.values(shape.members).some(hasLostText);
    default:
      return true;
  }
}
