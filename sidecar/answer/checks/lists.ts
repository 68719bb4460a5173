/** Takes out of a list what its reader may not use. Hiding is a courtesy to the model; each call is decided on again. */
import type { DefinitionKind } from '../../../core/inspect/definitions/definition.ts';
import { LIST_SHAPES, type ListShape } from '../../../core/mcp/catalogue.ts';
import { isModest } from '../../../core/mcp/json-size.ts';
import { type Edit, JsonView, type Span, elementsOf } from '../../../core/mcp/json-view.ts';
import { foldedIndex } from '../../../core/mcp/message.ts';
import type { Revision } from '../../../core/mcp/revision.ts';
import type { Moment } from '../../../core/policy/context.ts';
import { Inspection, workOfList } from '../../../core/policy/inspection.ts';
import { mayUse } from '../../../core/policy/may-use.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import type { Principal } from '../../../core/policy/principal.ts';
import { refuse } from '../../../core/mcp/refusals.ts';
import { type Answer, type Ruling, UnreadableMessage } from '../check.ts';
import type { InputSchemas } from '../../memory/input-schemas.ts';
import type { KeptResults } from '../../memory/results/kept-results.ts';
import { haltOfTask } from '../../call/halted-tasks.ts';
import { momentOfAnswer } from '../../call/moment.ts';
import { DefinitionDoor, type ListNames } from '../definitions.ts';
import { setMember } from '../edits.ts';
import { clientsNameOf, haveOtherNames } from '../task-ids.ts';

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
  /** For rules with conditions. */
  readonly moment: Moment | undefined;
  /** For all lists of the message. */
  readonly inspection: Inspection;
  readonly isOwnTask: (taskId: string) => boolean;
  /** What its reader knows a task by; undefined where that is the server's own id. */
  readonly nameOfTask: ((taskId: string) => string) | undefined;
  /** Undefined where nothing is asked of definitions. */
  readonly definitions: DefinitionDoor | undefined;
  /** Undefined where neither calls nor results are held against them, and nobody is asked about calls. */
  readonly inputSchemas: InputSchemas | undefined;
  /** Undefined where no results of tools are kept. */
  readonly results: KeptResults | undefined;
}

export function filterLists({ call, gate, text, result, terms, isOwn }: Answer): Ruling {
  const { principal, answeredIn: revision } = call;
  if (result === undefined) return undefined;
  // On a stream that carries answers to several requests ids cannot be trusted to tell what is a list; there its shape does.
  const rule = terms?.rule;
  const mayBeList = isOwn
    ? rule?.door === 'filter' || (rule?.door === 'task' && rule.lists)
    : LISTS.some((key) => result.has(key));
  if (!mayBeList) return undefined;
  if (text.length > MAX_LIST_BYTES || !isModest(text.whole))
    throw new UnreadableMessage('its list is too large to be inspected');
  // A stream outlives changes of policy: what is in force now counts.
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined || principal === undefined || revision === undefined)
    throw new UnreadableMessage('it is for nobody known');
  const isOwnTask = (taskId: string): boolean =>
    gate.tasks.isOf(taskId, principal) && haltOfTask(taskId, principal, gate) === undefined;
  const inspection = new Inspection(gate.clock, workOfList(text.length));
  const definitions = policy.definitions.isEmpty ? undefined : new DefinitionDoor(call, gate, policy);
  const areAsked = policy.inputSchemas.length > 0 || policy.content('results').redacts || policy.holdsCalls;
  const inputSchemas = areAsked ? gate.inputSchemas : undefined;
  const moment = momentOfAnswer(call, gate.clock);
  const nameOf = (id: string): string => clientsNameOf(id, call, gate);
  const forTasks = { isOwnTask, nameOfTask: haveOtherNames(call, gate) ? nameOf : undefined };
  const results = policy.cache === undefined ? undefined : gate.results;
  const reader = { inputSchemas, results, policy, principal, revision, inspection, ...forTasks, definitions, moment };
  const edits = inspection.time(() => editsOfLists(result, reader));
  if (inspection.enforced.exhausted || definitions?.isExhausted === true)
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
    const names = namesOf(result, shape, items, reader);
    take(edits, result, shape.items, items, (item, span) => isAllowed(item, span, shape, reader, names));
  }
  const tasks = itemsOf(result, 'tasks');
  // A list of tasks is of all that the server has, unless it knows its callers.
  if (tasks !== undefined) {
    const { nameOfTask } = reader;
    const textOf = nameOfTask === undefined ? undefined : (item: JsonView, span: Span) => named(item, span, nameOfTask);
    take(edits, result, 'tasks', tasks, (item) => isOfReader(item, reader), textOf);
  }
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
  mayStay: (item: JsonView, span: Span) => boolean,
  textOf?: (item: JsonView, span: Span) => string,
): void {
  const { bytes } = result;
  const span = result.span(key);
  const shown: string[] = [];
  for (const item of items) {
    const view = JsonView.of(bytes, item);
    // Decided on by one of two names, it may be shown as what the other one means.
    if (view === undefined || view.misspelled(ITEM_KEYS) !== undefined || !mayStay(view, item)) continue;
    shown.push(textOf === undefined ? bytes.toString('utf8', item.start, item.end) : textOf(view, item));
  }
  if (span === undefined || (shown.length === items.length && textOf === undefined)) return;
  const text = shown.join(',');
  edits.push({ span, text: `[${text}]` });
}

function isAllowed(
  item: JsonView,
  span: Span,
  { key, kind, items }: ListShape,
  { policy, principal, inspection, definitions, inputSchemas, results, moment }: Reader,
  names: ListNames | undefined,
): boolean {
  const name = item.string(key);
  if (name === undefined) return false;
  // Also of a tool that its reader may not use: another one may.
  if (items === 'tools') {
    inputSchemas?.listed(name, item.bytes.subarray(span.start, span.end));
    if (policy.cache?.of(name) !== undefined) results?.listed(name, item.bytes.subarray(span.start, span.end));
  }
  // What is over the budget is denied, and the whole list refused for it.
  if (mayUse(policy, principal, { kind, name }, inspection, moment) === 'no') return false;
  if (definitions === undefined) return true;
  const bytes = item.bytes.subarray(span.start, span.end);
  return inspection.untimed(() => definitions.mayShow(KINDS[items], name, bytes, names));
}

const KINDS = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  resourceTemplates: 'resourceTemplate',
} as const satisfies Record<ListShape['items'], DefinitionKind>;

/** Resources are many, and called what their data is called. */
function namesOf(
  result: JsonView,
  { items: list, key }: ListShape,
  items: readonly Span[],
  { definitions }: Reader,
): ListNames | undefined {
  if (definitions === undefined || (list !== 'tools' && list !== 'prompts')) return undefined;
  const names = items.map((item) => JsonView.of(result.bytes, item)?.string(key) ?? '');
  return definitions.namesOf(names, !result.has('nextCursor') || result.isNull('nextCursor'));
}

function isOfReader(item: JsonView, reader: Reader): boolean {
  const taskId = item.string('taskId');
  return taskId !== undefined && reader.isOwnTask(taskId);
}

function named(item: JsonView, { start, end }: Span, nameOfTask: (taskId: string) => string): string {
  const { bytes } = item;
  const [span, taskId] = [item.span('taskId'), item.string('taskId')];
  if (span === undefined || taskId === undefined) return bytes.toString('utf8', start, end);
  const name = JSON.stringify(nameOfTask(taskId));
  return bytes.toString('utf8', start, span.start) + name + bytes.toString('utf8', span.end, end);
}
