/**
 * A call as its approver sees it: what the packs look for, and secrets whatever they say, has placeholders in its place, and each is
 * listed, so that one which the caller wrote itself passes for none of ours.
 */
import { MAX_SHOWN_POINTER, MAX_SHOWN_REDACTED, type Shown } from '../../core/api/approval-shown.ts';
import type { Redacted } from '../../core/inspect/content/redact.ts';
import { JsonView, splice } from '../../core/mcp/json-view.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';
import type { ContentPlan, ContentVerdict } from '../../core/policy/content/content-plan.ts';
import { shownAnywhereWithin } from '../../core/shown/anywhere.ts';
import { previewOf } from './preview.ts';

/** What is shown beside the preview, or is not shown. */
const BESIDE: ReadonlySet<string> = new Set(['_meta', 'name', 'uri']);
const NOT_SHOWN = { '…': '[not shown: this is too much, or too deeply nested, to be looked through for secrets]' };

interface Masked {
  readonly preview: JsonObject;
  readonly redacted: NonNullable<Shown['redacted']>;
}

export interface ToMask {
  /** The message, as its client sent it. */
  readonly body: Buffer;
  /** Its name is shown beside the preview. */
  readonly target: string;
  readonly plan: ContentPlan;
  /** What packs take out of the call itself, by kind. */
  readonly taken: Redacted | undefined;
}

export function maskedPreview({ body, target, plan, taken }: ToMask): Masked {
  const view = JsonView.of(body);
  const span = view?.span('params');
  if (view === undefined || span === undefined) return { preview: {}, redacted: [] };
  const found = plan.judge(body, span, BESIDE);
  if (found === undefined) return { preview: previewOf(paramsOf(view), target), redacted: [] };
  if (isKnown(found)) {
    const masked = JsonView.of(splice(body, found.edits));
    const params = masked === undefined ? {} : paramsOf(masked);
    return { preview: previewOf(params, target), redacted: listed(found, taken, isArgumentsAlone(params, target)) };
  }
  return maskedAgain(previewOf(paramsOf(view), target), plan, taken);
}

/** There is more than can be looked through; of what is shown of it there is less. */
function maskedAgain(preview: JsonObject, plan: ContentPlan, taken: Redacted | undefined): Masked {
  const bytes = Buffer.from(JSON.stringify(preview));
  const found = plan.judge(bytes, { start: 0, end: bytes.length });
  if (found === undefined) return { preview, redacted: [] };
  if (!isKnown(found)) return { preview: NOT_SHOWN, redacted: [] };
  const masked = JSON.parse(splice(bytes, found.edits).toString('utf8')) as JsonObject;
  return { preview: masked, redacted: listed(found, taken, false) };
}

/** Of what was not looked through nothing is known. */
function isKnown({ verdict }: ContentVerdict): boolean {
  return verdict.effect !== 'Deny';
}

function paramsOf(view: JsonView): JsonObject {
  const params = view.value('params');
  return isObject(params) ? params : {};
}

/** Whether the preview is the arguments, so that places are in them. */
function isArgumentsAlone(params: JsonObject, target: string): boolean {
  return Object.entries(params).every(
    ([key, value]) => key === 'arguments' || key === '_meta' || ((key === 'name' || key === 'uri') && value === target),
  );
}

function listed(
  { verdict, redacted }: ContentVerdict,
  taken: Redacted | undefined,
  isBare: boolean,
): Masked['redacted'] {
  const all: Masked['redacted'] = [];
  for (const [kind, count] of redacted) {
    const sent = taken?.has(kind) !== true;
    const ofKind = verdict.findings.filter(({ reason }) => reason === kind);
    const places = [...new Set(ofKind.map(({ pointer }) => placeOf(pointer, isBare)))].filter((at) => at !== '');
    all.push(...places.map((at) => ({ kind, at, sent })));
    if (count > places.length) all.push({ kind, sent });
  }
  return all.slice(0, MAX_SHOWN_REDACTED);
}

function placeOf(pointer: string, isBare: boolean): string {
  const place = isBare && pointer.startsWith('/arguments') ? pointer.slice('/arguments'.length) : pointer;
  return place === '' ? '' : shownAnywhereWithin(place, MAX_SHOWN_POINTER);
}
