/** Calls of tools with schemas: masked arguments stay valid against their schema, and what comes back is what was sent. */
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { gateway, hasCorpora, policyOf, recordsOf } from './corpus.ts';

interface Schema {
  readonly type?: string | string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly [key: string]: unknown;
}

interface Called {
  readonly id: string;
  readonly tool: string | null;
  readonly args: unknown;
  readonly tools?: readonly { readonly name: string; readonly parameters: Schema }[];
}

const person = [
  'ada.byron@analytical.org',
  '+1 415 555 2671',
  '4539 1488 0343 6467',
  'DE89 3704 0044 0532 0130 00',
  '536-90-4399',
  'https://analytical.org/?to=bob.ray@analytical.org',
  '203.0.113.77',
] as const;
const card = 4539148803436467;

/** BFCL names types as Python and Java do. */
const types: Readonly<Record<string, string>> = {
  dict: 'object',
  HashMap: 'object',
  float: 'number',
  double: 'number',
  long: 'integer',
  tuple: 'array',
  ArrayList: 'array',
  Array: 'array',
  String: 'string',
  char: 'string',
  Boolean: 'boolean',
  Bigint: 'integer',
};

/** The schema as JSON Schema; a type that it does not know allows everything. */
const schemaOf = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === 'type' && typeof value === 'string')
      return types[value] ?? (value === 'any' ? undefined : value);
    return key === 'format' || key === 'optional' || (key === 'required' && !Array.isArray(value))
      ? undefined
      : value;
  });

const ajv = new Ajv({ strict: false, logger: false });

/** Whether arguments are valid, where their tool has a schema that can be used. */
function validator({ tool, tools }: Called): (args: unknown) => boolean {
  const schema = tools?.find(({ name }) => name === tool)?.parameters;
  return schema ? ajv.compile(schemaOf(schema)) : () => true;
}

/** Every free text and number with somebody's value in it. */
function planted(args: unknown, schema: Schema | undefined, next: () => string): unknown {
  if (typeof args === 'string') return schema?.enum ? args : `${args} ${next()}`;
  if (typeof args === 'number') return Number.isInteger(args) && args > 1000 ? card : args;
  if (Array.isArray(args)) return args.map((each) => planted(each, schema?.items, next));
  if (typeof args !== 'object' || args === null) return args;
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, planted(value, schema?.properties?.[key], next)]),
  );
}

const everything = ['pii', 'financial', 'secret', 'network'].map((group) => `${group}: surrogate`).join(', ');
/** Masks in both directions: the app gets made-up values as well. */
const bothWays = policyOf(`version: 1\nmask: { to_model: { ${everything} }, to_app: { ${everything} } }\n`);
/** Masks on the way to the model, and restores. */
const andBack = policyOf(`version: 1\nmask: { to_model: { ${everything} }, restore: { urls: true } }\n`);

const path = '/v1/chat/completions';
const call = (name: string, args: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_1', type: 'function', function: { name, arguments: args } }],
});
const request = (name: string, ...messages: object[]) =>
  JSON.stringify({ model: 'm', messages, tools: [{ type: 'function', function: { name, parameters: {} } }] });
const answer = (message: object) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
  });

interface Body {
  readonly messages?: readonly ReturnType<typeof call>[];
  readonly choices?: readonly { readonly message: ReturnType<typeof call> }[];
}
const argumentsIn = (body: string): string => {
  const { messages, choices } = JSON.parse(body) as Body;
  return (messages?.[0] ?? choices![0]!.message).tool_calls[0]!.function.arguments;
};

/** The arguments as the app gets them, when a model calls with these. */
function toApp(name: string, args: string): string {
  const passed = gateway(bothWays)({
    connection: 'openai',
    path,
    body: request(name, { role: 'user', content: 'go' }),
  });
  if (typeof passed === 'string') throw new Error(passed);
  return argumentsIn(passed.answer(answer(call(name, args))).got);
}

/** The arguments as a model sees them in history, and as the app gets them when the model says them again. */
function thereAndBack(name: string, args: string): { seen: string; back: string } {
  const passed = gateway(andBack)({ connection: 'openai', path, body: request(name, call(name, args)) });
  if (typeof passed === 'string') throw new Error(passed);
  const seen = argumentsIn(passed.sent);
  return { seen, back: argumentsIn(passed.answer(answer(call(name, seen))).got) };
}

describe.skipIf(!hasCorpora)('calls of tools (needs ../shared/corpora)', () => {
  test.each(['bfcl', 'tau2'])('%s', (file) => {
    const count = { calls: 0, schemas: 0, changed: 0, masked: 0, valid: 0, restored: 0 };
    for (const called of recordsOf<Called>(`agentic/${file}.jsonl.gz`)) {
      if (called.tool === null || typeof called.args !== 'object') continue;
      const valid = validator(called);
      const schema = called.tools?.find(({ name }) => name === called.tool)?.parameters;
      let turn = 0;
      const next = () => person[turn++ % person.length]!;
      for (const args of [called.args, planted(called.args, schema && schemaOf(schema), next)]) {
        // Some calls of the corpus do not hold their own schema.
        if (!valid(args)) continue;
        const written = JSON.stringify(args);
        const app = toApp(called.tool, written);
        const { seen, back } = thereAndBack(called.tool, written);
        count.calls++;
        if (schema) count.schemas++;
        if (seen !== written) count.changed++;
        if (app !== written) count.masked++;
        expect(valid(JSON.parse(app)), `${called.id} ${app}`).toBe(true);
        expect(valid(JSON.parse(seen)), `${called.id} ${seen}`).toBe(true);
        count.valid++;
        expect(back, called.id).toBe(written);
        count.restored++;
        for (const value of person) expect(seen.includes(value), `${called.id} ${seen}`).toBe(false);
      }
    }
    console.log(`calls: ${file} ${JSON.stringify(count)}`);
    expect(count.valid).toBe(count.calls);
    expect(count.restored).toBe(count.calls);
    expect(count.calls).toBeGreaterThan(300);
  });
});
