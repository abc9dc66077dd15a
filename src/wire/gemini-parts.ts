/** Parts of Gemini's contents, as they stand in requests and in answers. Input may be in camelCase or snake_case. */
import { kindOf, members as membersOf, STRING, stringMember } from './json.ts';
import { all, each, object, type Shape, sealed, skip, text } from './shape.ts';
import type { Spot } from './spot.ts';

type Shapes = Readonly<Record<string, Shape>>;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An object by its members, in both spellings. */
export const members = (shapes: Shapes, rest: Shape = text): Shape =>
  object(
    { ...Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [snake(key), shape])), ...shapes },
    rest,
  );

/** A string member in either spelling. */
export const stringOf = ({ doc, node }: Spot, name: string): string | undefined =>
  stringMember(doc, node, name) ?? stringMember(doc, node, snake(name));

/** `SOME_NAME` or `some_name` as Gemini's tools are named: `someName`. */
export const camel = (name: string): string =>
  /[a-z]/.test(name) && !name.includes('_')
    ? name
    : name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const blob = members({ mimeType: skip, data: sealed });
const file = members({ mimeType: skip });

/** A call that the app is to make; in a stream it may come in pieces. */
export const functionCall: Shape = (spot, to) => {
  const { doc, path } = spot;
  const head = { spot, path, name: stringOf(spot, 'name'), id: stringOf(spot, 'id') };
  let heard = false;
  const args: Shape = (value) => {
    heard = true;
    to.call(head, value, kindOf(doc, value.node) === STRING ? 'json' : 'object');
  };
  members({ ...all(['name', 'id', 'willContinue'], skip), args })(spot, to);
  if (!heard) to.call(head);
};

/** A result names its tool; ids are mostly absent. */
const functionResponse: Shape = (spot, to) => {
  const id = stringOf(spot, 'id');
  const name = stringOf(spot, 'name') ?? to.names.get(id ?? '');
  const parts = each(members({ inlineData: blob, fileData: file }));
  to.resultOf(name, id, () =>
    members({
      ...all(['name', 'id', 'willContinue', 'scheduling'], skip),
      response: (value) => to.result(value, name, id),
      parts,
    })(spot, to),
  );
};

/** A call that runs at Google: its input is one member of it. */
const remoteCall =
  (name: (spot: Spot) => string, input: 'code' | 'args'): Shape =>
  (spot, to) => {
    const head = { spot, path: spot.path, name: name(spot), id: stringOf(spot, 'id'), remote: true };
    const given = membersOf(spot.doc, spot.node).some(({ key }) => key === input);
    if (!given) to.call(head);
    members({
      ...all(['id', 'language', 'toolType'], skip),
      [input]: (value) => to.call(head, value, input === 'code' ? 'free' : 'object'),
    })(spot, to);
  };

const remoteResult =
  (name: (spot: Spot) => string, output: 'output' | 'response'): Shape =>
  (spot, to) => {
    const id = stringOf(spot, 'id');
    to.resultOf(name(spot), id, () =>
      members({
        ...all(['id', 'outcome', 'toolType'], skip),
        [output]: (value) => to.result(value, name(spot), id),
      })(spot, to),
    );
  };

const CODE = () => 'codeExecution';

/** `GOOGLE_SEARCH_WEB` is a way in which `googleSearch` is used. */
const toolOf = (spot: Spot): string =>
  camel(stringOf(spot, 'toolType') ?? '').replace(/^(googleSearch).*/, '$1');

/** How parts are read here: `once` is what comes whole, `call` the app's calls. */
export interface Reads {
  readonly once: (shape: Shape) => Shape;
  readonly call: Shape;
}

export const WHOLE: Reads = { once: (shape) => shape, call: functionCall };

export function partOf({ once, call }: Reads): Shape {
  const whole = {
    ...all(['thought', 'videoMetadata', 'mediaResolution', 'mediaProcessing'], skip),
    thoughtSignature: sealed,
    inlineData: blob,
    fileData: file,
    functionResponse,
    executableCode: remoteCall(CODE, 'code'),
    codeExecutionResult: remoteResult(CODE, 'output'),
    toolCall: remoteCall(toolOf, 'args'),
    toolResponse: remoteResult(toolOf, 'response'),
  };
  const told = Object.fromEntries(Object.entries(whole).map(([key, shape]) => [key, once(shape)]));
  return members({ ...told, text, functionCall: call }, once(text));
}

/** A turn of the conversation. */
export const content = members({ role: skip, parts: each(partOf(WHOLE)) });
