/** A call as a person would have it: checked against the tool's schema and the policy, then put in the model's place. */
import { type Schema as Draft, Validator } from '@cfworker/json-schema';
import type { JsonValue, Leaf, Unit } from '../exchange.ts';
import { argumentLaw } from '../policy/tool-schema.ts';
import type { Answer, Edit } from '../question.ts';
import { editLeaf, type Splice } from '../wire/edit.ts';
import { type Answered, type JudgedUnits, judgeUnits, seeing } from './heard.ts';
import { type Change, emptied, maskedText } from './masking.ts';

/** As JSON writes it (RFC 8259): anything but a text, a list or an object. */
const TOKEN = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const LONGEST = 100_000;

/** Why call `index` may not go on as edited; undefined where it may. */
export function editFault(
  sent: Answered,
  judged: JudgedUnits,
  index: number,
  edits: readonly Edit[],
): string | undefined {
  const { units } = judged.exchange;
  const unit = units[index]!;
  const wrong = edits.map((edit) => faultOf(unit, edit)).find((fault) => fault !== undefined);
  if (wrong !== undefined) return wrong;
  const { unit: edited } = editUnit(unit, edits);
  return schemaFault(sent, edited) ?? policyFault(sent, judged, units.with(index, edited), index);
}

/** What is put into the provider's bytes, masked as the policy has it on this way. */
export function editSplices(sent: Answered, unit: Unit, edits: readonly Edit[]): Splice[] {
  const edited = editUnit(unit, edits);
  const { changes } = judgeUnits(sent, [edited.unit]).treatments[0]!;
  const shadows = emptied(unit).flatMap(({ leaf, start, end, text }) => editLeaf(leaf, start, end, text));
  const splices = [...edited.leaves].flatMap(([leaf, now]) => {
    const own = changes.filter((change) => change.leaf === now);
    return editLeaf(leaf, 0, leaf.end - leaf.start, maskedText(now, own));
  });
  return [...splices, ...shadows];
}

/** Whether a change is to what a person replaced. */
export function isReplaced({ leaf }: Change, unit: Unit, edits: readonly Edit[]): boolean {
  return edits.some((edit) => leavesAt(unit, edit).includes(leaf));
}

export const editsOf = (answer: Answer | undefined): readonly Edit[] =>
  (answer?.allow ? answer.edits : undefined) ?? [];

/** An argument that stands twice is edited in both places. */
const leavesAt = ({ path: base, leaves, scalars }: Unit, { path }: Edit): readonly Leaf[] =>
  [...leaves, ...(scalars?.() ?? [])].filter((leaf) => leaf.kind !== 'key' && leaf.path === base + path);

function faultOf(unit: Unit, edit: Edit): string | undefined {
  const { path, value } = edit;
  const leaves = leavesAt(unit, edit);
  if (unit.stage !== 'tool_call' || leaves.length === 0 || leaves.some(({ fixed }) => fixed))
    return `${path || 'This'} cannot be edited.`;
  if (value.length > LONGEST) return `${path} is longer than ${LONGEST} characters.`;
  return leaves.some(({ kind }) => kind === 'number') && !TOKEN.test(value)
    ? `${path} has to be a number, true, false or null, as JSON writes it.`
    : undefined;
}

/** The unit with other values, and what each leaf became. What was too short to be looked at may not be any more. */
function editUnit(unit: Unit, edits: readonly Edit[]): { unit: Unit; leaves: ReadonlyMap<Leaf, Leaf> } {
  const leaves = new Map(
    edits.flatMap((edit) => {
      const bytes = Buffer.from(edit.value);
      return leavesAt(unit, edit).map((leaf) => [leaf, { ...leaf, bytes, start: 0, end: bytes.length }]);
    }),
  );
  const { values } = unit;
  const edited = {
    ...unit,
    leaves: [...new Set([...unit.leaves, ...leaves.keys()])].map((leaf) => leaves.get(leaf) ?? leaf),
    ...(values
      ? { values: (see?: (text: string) => string) => values(see).map((value) => edits.reduce(put, value)) }
      : {}),
  };
  return { unit: edited, leaves };
}

/** A value with another at the pointer, a number where there was one. */
function put(value: JsonValue, { path, value: text }: Edit): JsonValue {
  if (path === '') return typeof value === 'string' ? text : tokenOf(text);
  if (typeof value !== 'object' || value === null) return value;
  const [, step = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
  const below = { path: rest, value: text };
  if (Array.isArray(value))
    return value.map((each: JsonValue, i) => (String(i) === key ? put(each, below) : each));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === key ? put(each as JsonValue, below) : (each as JsonValue),
    ]),
  );
}

function tokenOf(text: string): JsonValue {
  const isLarge = /^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
  return isLarge ? BigInt(text) : (JSON.parse(text) as JsonValue);
}

/** By the schema that this very request gave the tool. */
function schemaFault(sent: Answered, unit: Unit): string | undefined {
  const offered = sent.judged.exchange.units.find(
    ({ stage, tool }) => stage === 'tool_definition' && tool?.name === unit.tool?.name,
  );
  const definition = offered?.definition?.();
  const law = definition === undefined ? undefined : argumentLaw(withoutBig(definition));
  if (!law || !unit.values) return undefined;
  if (law === 'too_large') return "The tool's schema is too large to check an edit against.";
  const validator = new Validator(law as Draft, '2020-12', true);
  for (const value of unit.values(seeing(sent))) {
    const { valid, errors } = validator.validate(withoutBig(value));
    if (valid) continue;
    // What is wrong, not what stands there: the last error is the innermost.
    const at = errors.at(-1);
    return `The tool's schema does not allow it: ${at?.instanceLocation.slice(1) || '/'} (${at?.keyword}).`;
  }
  return undefined;
}

const withoutBig = (value: JsonValue): JsonValue =>
  JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? Number(each) : each)),
  ) as JsonValue;

/** A person may not say more than the policy lets them: nothing that it refuses, nothing that others would have to approve. */
function policyFault(
  sent: Answered,
  before: JudgedUnits,
  units: readonly Unit[],
  index: number,
): string | undefined {
  const after = judgeUnits(sent, units);
  const worse = after.decisions.findIndex(
    ({ effect }, i) => effect === 'deny' && before.decisions[i]!.effect !== 'deny',
  );
  const denying = after.decisions[worse]?.rules.find(({ effect }) => effect === 'deny');
  if (worse >= 0) return `The policy refuses it like that${denying ? ` (${denying.rule})` : ''}.`;
  const [was, is] = [before.decisions[index]!.approval, after.decisions[index]!.approval];
  return is === undefined || JSON.stringify(was) === JSON.stringify(is)
    ? undefined
    : 'Like that, others have to approve it.';
}
