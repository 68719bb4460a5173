/** Takes out of a list what its reader may not use. Hiding is a courtesy to the model; each call is decided on again. */
import { LIST_SHAPES, type ListShape } from '../../../core/mcp/catalogue.ts';
import { isModest } from '../../../core/mcp/json-size.ts';
import { type Edit, JsonView, type Span, elementsOf } from '../../../core/mcp/json-view.ts';
import { foldedIndex } from '../../../core/mcp/message.ts';
import type { Revision } from '../../../core/mcp/revision.ts';
import { Inspection, workOfList } from '../../../core/policy/inspection.ts';
import { mayUse } from '../../../core/policy/may-use.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';
import { setMember } from '../edits.ts';

/** Each item is decided on, and all calls wait for it. */
const MAX_LIST_BYTES = 4 * 1024 * 1024;
const MAX_ITEMS = 100_000;
const LISTS: readonly string[] = [...LIST_SHAPES.map(({ items }) => items), 'tasks'];
/** What an item is known by. In another spelling it would be one thing to us and another to a client whose decoder folds case. */
const ITEM_KEYS = foldedIndex(['name', 'uri', 'uriTemplate', 'taskId']);

export interface Reader {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly revision: Revision;
  /** For all lists of the message. */
  readonly inspection: Inspection;
  readonly isOwnTask: (taskId: string) => boolean;
}

export function filterLists({ call, gate, bytes, result, terms, isOwn }: Answer): Ruling {
  const { principal, answeredIn: revision } = call;
  if (result === undefined) return undefined;
  // On a stream that carries answers to several requests ids cannot be trusted to tell what is a list; there its shape does.
  const rule = terms?.rule;
  const mayBeList = isOwn
    ? rule?.door === 'filter' || (rule?.door === 'task' && rule.lists)
    : LISTS.some((key) => result.has(key));
  if (!mayBeList) return undefined;
  if (bytes.length > MAX_LIST_BYTES || !isModest(bytes))
    throw new UnreadableMessage('its list is too large to be inspected');
  // A stream outlives changes of policy: what is in force now counts.
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined || principal === undefined || revision === undefined)
    throw new UnreadableMessage('it is for nobody known');
  const isOwnTask = (taskId: string): boolean => gate.tasks.isOf(taskId, principal);
  const inspection = new Inspection(gate.clock, workOfList(bytes.length));
  const edits = inspection.time(() => editsOfLists(result, { policy, principal, revision, inspection, isOwnTask }));
  if (inspection.enforced.exhausted)
    return { stop: refuse('inspection-budget', 'the list is too long to be filtered in the time one gets') };
  return edits.length === 0 ? undefined : { edits };
}

/** What has to change in a result. The shape alone says what is a list. Throws `UnreadableMessage`. */
export function editsOfLists(result: JsonView, reader: Reader): readonly Edit[] {
  const edits: Edit[] = [];
  let hasList = false;
  for (const shape of LIST_SHAPES) {
    const items = itemsOf(result, shape.items);
    if (items === undefined) continue;
    hasList = true;
    take(edits, result, shape.items, items, (item) => isAllowed(item, shape, reader));
  }
  const tasks = itemsOf(result, 'tasks');
  // A list of tasks is of all that the server has, unless it knows its callers.
  if (tasks !== undefined) take(edits, result, 'tasks', tasks, (item) => isOfReader(item, reader));
  if (!hasList) return edits;
  // Even a list from which nothing was taken is this caller's alone: another one's may be shorter.
  const members = reader.revision.membersOfList(result.value('ttlMs'));
  for (const [key, value] of Object.entries(members)) {
    if (result.value(key) !== value) edits.push(setMember(result, key, value));
  }
  return edits;
}

/** Undefined where there is no such list. Some servers write an empty one as null; anything else would be shown with nothing in it decided. */
function itemsOf(result: JsonView, key: string): readonly Span[] | undefined {
  const span = result.span(key);
  if (span === undefined || result.isNull(key)) return undefined;
  const items = elementsOf(result.bytes, MAX_ITEMS, span);
  if (items === undefined) throw new UnreadableMessage(`its ${JSON.stringify(key)} is no list, or a very long one`);
  return items;
}

function take(
  edits: Edit[],
  result: JsonView,
  key: string,
  items: readonly Span[],
  mayStay: (item: JsonView) => boolean,
): void {
  const { bytes } = result;
  const span = result.span(key);
  const kept = items.filter((item) => {
    const view = JsonView.of(bytes, item);
    // Decided on by one of two names, it may be shown as what the other one means.
    return view !== undefined && view.misspelled(ITEM_KEYS) === undefined && mayStay(view);
  });
  if (span === undefined || kept.length === items.length) return;
  const text = kept.map(({ start, end }) => bytes.toString('utf8', start, end)).join(',');
  edits.push({ span, text: `[${text}]` });
}

function isAllowed(item: JsonView, { key, kind }: ListShape, { policy, principal, inspection }: Reader): boolean {
  const name = item.string(key);
  if (name === undefined) return false;
  // What is over the budget is denied, and the whole list refused for it.
  return mayUse(policy, principal, { kind, name }, inspection) !== 'no';
}

function isOfReader(item: JsonView, reader: Reader): boolean {
  const taskId = item.string('taskId');
  return taskId !== undefined && reader.isOwnTask(taskId);
}
