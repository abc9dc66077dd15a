/** `fcgate policy types`: TypeScript types of every tool's arguments, from the schemas seen in recordings. */
import type { Command } from '@commander-js/extra-typings';
import type { compile } from 'json-schema-to-typescript';
import { FcgateError } from '../../errors.ts';
import { escapeCode } from '../../escape.ts';
import { harmless, type Schema } from '../../policy/tool-schema.ts';
import { type SeenTool, type SeenTools, seenTools } from '../../trial/seen.ts';
import type { Context } from '../context.ts';
import { readTraffic, trafficArgument } from '../traffic.ts';

export function defineTypes(command: Command, context: Context): void {
  command
    .command('types')
    .description("TypeScript types of every tool's arguments, from the schemas seen in recordings")
    .argument('<from...>', trafficArgument)
    .option('--json', 'print the schemas as JSON')
    .addHelpText('after', '\nExample:\n  fcgate policy types fixtures/recordings.json > tools.d.ts')
    .action((from, { json }) => types(context, from, json));
}

async function types(context: Context, from: readonly string[], json = false): Promise<void> {
  const traffic = await readTraffic(context, from);
  const tools = seenTools(traffic.flatMap(({ recordings }) => recordings));
  if (tools.size === 0)
    throw new FcgateError('not_found', `No tool is offered or called in ${from.join(', ')}.`);
  if (json)
    return context.printJson(
      [...tools.values()].map(({ name, schemas }) => ({ name, schema: joined(schemas) })),
    );
  context.print((await typesOf(tools)).trimEnd());
}

type JSONSchema = Parameters<typeof compile>[0];

const banner = `/** The arguments of tools, as recordings show them: \`Tools['name']\`. Made by \`fcgate policy types\`. */`;

/** The library takes its time to load, and is wanted here alone. */
async function typesOf(tools: SeenTools): Promise<string> {
  const { compile: write } = await import('json-schema-to-typescript');
  const code = await write(rootSchema([...tools.values()]), 'Tools', {
    bannerComment: banner,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    $refOptions: { resolve: { external: false, file: false, http: false } },
    style: { printWidth: 110, singleQuote: true },
  });
  return escapeCode(code);
}

function rootSchema(tools: readonly SeenTool[]): JSONSchema {
  const used = new Set(['Tools']);
  const properties: Record<string, Schema> = Object.create(null);
  for (const { name, description, schemas } of tools)
    properties[name] = {
      ...joined(schemas),
      title: typeName(name, used),
      ...(description === undefined ? {} : { description: harmless(description) }),
    };
  return { type: 'object', properties, required: tools.map(({ name }) => name) } as object as JSONSchema;
}

/** A tool that was told in several ways takes any of them; one that says nothing takes anything. */
const joined = (schemas: readonly Schema[]): Schema =>
  schemas.length > 1
    ? { anyOf: [...schemas] }
    : (schemas[0] ?? { type: 'object', additionalProperties: true });

/** `send-mail` → `SendMailArguments`, of letters and digits alone. */
function typeName(tool: string, used: Set<string>): string {
  const words = tool.slice(0, 64).match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  const base = `${/^[A-Z]/.test(name) ? '' : 'Tool'}${name}Arguments`;
  let free = base;
  for (let n = 2; used.has(free); n++) free = `${base}${n}`;
  used.add(free);
  return free;
}
