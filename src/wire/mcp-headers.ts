/** What headers say again of an MCP message: servers and what stands before them may go by either, so they must agree. */
import { FcgateError } from '../errors.ts';
import {
  ARRAY,
  type Doc,
  elements,
  endOf,
  kindOf,
  latin1,
  member,
  members,
  type Node,
  NUMBER,
  OBJECT,
  STRING,
  startOf,
  stringMember,
  stringOf,
} from './json.ts';
import type { Spot } from './spot.ts';

type Headers = Readonly<Record<string, string>>;

/** A header that repeats a value of the body. */
export const isMirror = (name: string): boolean => /^mcp-(?:name|param-.+)$/.test(name);

const BASE64 = /^=\?base64\?([\w+/]*={0,2})\?=$/i;

export function decodeMirror(value: string): Buffer {
  const [, base64] = BASE64.exec(value) ?? [];
  return base64 === undefined ? Buffer.from(value) : Buffer.from(base64, 'base64');
}

/** Plain where a header may hold it. */
export function encodeMirror(bytes: Buffer): string {
  const text = bytes.toString();
  const plain = /^[!-~](?:[\t -~]*[!-~])?$/.test(text) && !BASE64.test(text);
  return plain ? text : `=?base64?${bytes.toString('base64')}?=`;
}

/** Throws where a header says anything else than each of the messages. */
export function refuseContradictions(messages: readonly Spot[], headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    const says = sayingOf(name);
    if (!says) continue;
    const { told, agrees } = says;
    const text = name === 'mcp-method' ? value : decodeMirror(value).toString();
    if (!messages.every((message) => agrees(message, text)))
      throw new FcgateError(
        'invalid_body',
        `the header ${told} contradicts the body; send in both the same, or leave the header out`,
      );
  }
}

interface Saying {
  /** The header's name; those that apps make up are not quoted. */
  readonly told: string;
  agrees(message: Spot, text: string): boolean;
}

function sayingOf(name: string): Saying | undefined {
  if (name === 'mcp-method') return { told: 'Mcp-Method', agrees: isMethod };
  if (name === 'mcp-name') return { told: 'Mcp-Name', agrees: isName };
  if (!isMirror(name)) return undefined;
  const parameter = name.slice('mcp-param-'.length);
  return {
    told: 'Mcp-Param-…',
    agrees: (message, text) => isArgument(message, parameter, text),
  };
}

const isMethod = ({ doc, node }: Spot, text: string): boolean => stringMember(doc, node, 'method') === text;

const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Of methods that the specification does not tell the name of, any of their parameters may be it. */
function isName({ doc, node }: Spot, text: string): boolean {
  const params = member(doc, node, 'params');
  if (params === undefined || kindOf(doc, params) !== OBJECT) return false;
  const key = NAMED[stringMember(doc, node, 'method') ?? ''];
  if (key !== undefined) return stringMember(doc, params, key) === text;
  return members(doc, params).some(
    ({ value }) => kindOf(doc, value) === STRING && stringOf(doc, value) === text,
  );
}

/** The tool's schema, which need not be known here, says which argument it is: the one of that name, where there is one. */
function isArgument({ doc, node }: Spot, parameter: string, text: string): boolean {
  const params = member(doc, node, 'params');
  const args = params === undefined ? undefined : member(doc, params, 'arguments');
  if (args === undefined || kindOf(doc, args) !== OBJECT) return false;
  const own = members(doc, args).filter(({ key }) => key.toLowerCase() === parameter);
  return own.length > 0 ? own.every(({ value }) => holds(doc, value, text)) : holds(doc, args, text);
}

/** Does the value, or one inside it, read so? Numbers have more than one spelling. */
function holds(doc: Doc, node: Node, text: string): boolean {
  const kind = kindOf(doc, node);
  if (kind === ARRAY) return elements(doc, node).some((each) => holds(doc, each, text));
  if (kind === OBJECT) return members(doc, node).some(({ value }) => holds(doc, value, text));
  if (kind === STRING) return stringOf(doc, node) === text;
  const own = latin1(doc.bytes, startOf(doc, node), endOf(doc, node));
  return own === text || (kind === NUMBER && isSameInteger(own, text));
}

const isSameInteger = (own: string, text: string): boolean =>
  /^-?\d/.test(text) && Number.isSafeInteger(Number(text)) && Number(own) === Number(text);
