/**
 * The JSON Schema of a tool's arguments, made anew out of what is known to be harmless. Whoever wrote a tool wrote its
 * schema: references lead nowhere but into itself, nothing in it names or writes code, and its size is bounded.
 */
import type { JsonValue } from '../exchange.ts';

export type Schema = {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  enum?: readonly JsonValue[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
} & { [limit in (typeof LIMITS)[number]]?: number };

/** What a schema may say of sizes. */
const LIMITS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;

const MOST_NODES = 1000;
/** Parts and values: a law is read whole, or not at all. */
const MOST_OF_LAW = 10_000;
const MOST_DEPTH = 16;
const MOST_MEMBERS = 200;
const MOST_TEXT = 1000;

type Json = Readonly<Record<string, JsonValue>>;

/** Where providers put the schema: in the tool or in its function. */
const PLACES = [
  'parameters',
  'input_schema',
  'inputSchema',
  'parametersJsonSchema',
  'parameters_json_schema',
];

/** The shape of an offered tool's arguments, as far as it is not too large; undefined where it says none. */
export function argumentSchema(definition: JsonValue): Schema | undefined {
  const root = rootOf(definition);
  return root && tame(root, walkFrom(root, false, MOST_NODES));
}

/** What arguments must be to be valid, limits and every value included. Patterns are not looked at. */
export function argumentLaw(definition: JsonValue): Schema | 'too_large' | undefined {
  const root = rootOf(definition);
  if (!root) return undefined;
  const walk = walkFrom(root, true, MOST_OF_LAW);
  const law = tame(root, walk);
  return walk.left.nodes < 0 ? 'too_large' : law;
}

function rootOf(definition: JsonValue): Json | undefined {
  const tool = recordOf(definition);
  for (const holder of [tool, recordOf(tool?.function)])
    for (const place of PLACES) {
      const root = recordOf(holder?.[place]);
      if (root) return root;
    }
  return undefined;
}

const walkFrom = (root: Json, isLaw: boolean, nodes: number): Walk => ({
  root,
  isLaw,
  left: { nodes },
  depth: 0,
  within: [],
});

interface Walk {
  readonly root: Json;
  /** A shape may leave out what is too much; a law may not. */
  readonly isLaw: boolean;
  readonly left: { nodes: number };
  readonly depth: number;
  /** References that are being followed. */
  readonly within: readonly string[];
}

/** What is too deep, too much, or refers back to itself may be anything. */
function tame(value: JsonValue | undefined, walk: Walk): Schema {
  const schema = recordOf(value);
  if (!schema || --walk.left.nodes < 0) return {};
  if (walk.depth > MOST_DEPTH) {
    if (walk.isLaw) walk.left.nodes = -1;
    return {};
  }
  const reference = schema.$ref;
  if (typeof reference !== 'string') return { ...tameWords(schema), ...tameShape(schema, walk) };
  if (walk.within.includes(reference)) return tameWords(schema);
  const target = follow(walk.root, reference);
  return {
    ...tame(target, { ...walk, depth: walk.depth + 1, within: [...walk.within, reference] }),
    ...tameWords(schema),
  };
}

function tameShape(schema: Json, walk: Walk): Schema {
  const inside = { ...walk, depth: walk.depth + 1 };
  const out: Schema = {};
  if (walk.isLaw) Object.assign(out, limitsOf(schema));
  const type = typesOf(schema);
  if (type.length > 0) out.type = type.length === 1 ? type[0]! : type;
  const values = walk.isLaw ? everyValueOf(schema, walk) : valuesOf(schema);
  if (values.length > 0) out.enum = values;
  const properties = recordOf(schema.properties);
  if (properties) {
    out.properties = members(properties, inside);
    out.required = texts(schema.required).filter((name) => Object.hasOwn(out.properties!, name));
  }
  const others = recordOf(schema.patternProperties) ? {} : schema.additionalProperties;
  if (others !== undefined) out.additionalProperties = others === false ? false : tame(others, inside);
  const most = mostMembers(walk);
  const items = [schema.items, schema.prefixItems].flatMap((each) => each ?? []).slice(0, most);
  if (items.length > 0)
    out.items =
      items.length === 1 ? tame(items[0], inside) : { anyOf: items.map((each) => tame(each, inside)) };
  for (const joined of ['anyOf', 'oneOf', 'allOf'] as const) {
    const parts = listOf(schema[joined]).slice(0, most);
    if (parts.length > 0) out[joined] = parts.map((each) => tame(each, inside));
  }
  return walk.isLaw ? withoutOneOf(out) : out;
}

const mostMembers = ({ isLaw }: Walk): number => (isLaw ? Number.POSITIVE_INFINITY : MOST_MEMBERS);

/** Branches that only differ in what is not looked at are all the same here: more than one may match. */
function withoutOneOf({ oneOf, ...law }: Schema): Schema {
  return oneOf ? { ...law, allOf: [...(law.allOf ?? []), { anyOf: oneOf }] } : law;
}

const limitsOf = (schema: Json): Partial<Schema> =>
  Object.fromEntries(
    LIMITS.map((limit) => [limit, schema[limit]]).filter(([, value]) => typeof value === 'number'),
  );

function members(properties: Json, walk: Walk): Record<string, Schema> {
  const out: Record<string, Schema> = Object.create(null);
  for (const [name, each] of Object.entries(properties).slice(0, mostMembers(walk)))
    if (walk.isLaw || name.length <= MOST_TEXT) out[name] = tame(each, walk);
  return out;
}

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);

/** Words of other languages that stand in tools' schemas. */
const MEANT: Readonly<Record<string, string>> = {
  dict: 'object',
  float: 'number',
  double: 'number',
  int: 'integer',
  bool: 'boolean',
  str: 'string',
  list: 'array',
  tuple: 'array',
};

function typesOf({ type, nullable }: Json): string[] {
  const named = (typeof type === 'string' ? [type] : texts(type)).map((each) => each.toLowerCase());
  const known = named
    .map((each) => (Object.hasOwn(MEANT, each) ? MEANT[each]! : each))
    .filter((each) => TYPES.has(each));
  return [...new Set(known.length > 0 && nullable === true ? [...known, 'null'] : known)];
}

const allValuesOf = (schema: Json): readonly JsonValue[] =>
  schema.const === undefined ? listOf(schema.enum) : [schema.const];

function everyValueOf(schema: Json, { left }: Walk): readonly JsonValue[] {
  const all = allValuesOf(schema);
  left.nodes -= all.length;
  return all;
}

function valuesOf(schema: Json): readonly JsonValue[] {
  return allValuesOf(schema)
    .filter((each) => each === null || ['string', 'number', 'boolean'].includes(typeof each))
    .filter((each) => typeof each !== 'string' || each.length <= MOST_TEXT)
    .slice(0, MOST_MEMBERS);
}

/** No end of a comment, and no order to a compiler. */
function tameWords({ description }: Json): Pick<Schema, 'description'> {
  if (typeof description !== 'string' || description.trim() === '') return {};
  return { description: harmless(description) };
}

export const harmless = (words: string): string =>
  words
    .slice(0, MOST_TEXT)
    .replaceAll('*/', '* /')
    .replace(/@(?=ts-)/g, '@ ')
    .trim();

/** `#/$defs/address`: a place in the schema itself. Anything else is nowhere. */
function follow(root: Json, reference: string): JsonValue | undefined {
  if (!/^#(\/|$)/.test(reference)) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of reference.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    const here = recordOf(at);
    if (here) at = Object.hasOwn(here, key) ? here[key] : undefined;
    else at = /^\d+$/.test(key) ? listOf(at)[Number(key)] : undefined;
  }
  return at;
}

const recordOf = (value: JsonValue | undefined): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;

const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

const texts = (value: JsonValue | undefined): string[] =>
  listOf(value).filter((each) => typeof each === 'string');

/** Names of the fields that a schema knows below each other, `address.street`; undefined where it lets through any. */
export function fieldsOf(schema: Schema, path: readonly string[] = []): ReadonlySet<string> | undefined {
  const found = new Set<string>();
  return collect(schema, path, found) ? found : undefined;
}

/** Adds the names that stand at a path; false where any may. */
function collect(schema: Schema, [step, ...rest]: readonly string[], found: Set<string>): boolean {
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  if (parts.length > 0)
    return (
      parts.every((part) => collect(part, step === undefined ? [] : [step, ...rest], found)) && closed(schema)
    );
  if (step !== undefined) {
    const below = schema.properties?.[step];
    return below !== undefined && collect(below, rest, found);
  }
  for (const name of Object.keys(schema.properties ?? {})) found.add(name);
  return schema.properties !== undefined && closed(schema);
}

const closed = ({ additionalProperties }: Schema): boolean =>
  additionalProperties === undefined || additionalProperties === false;
