/** A conversation in nobody's dialect, and what tells it in a provider's words. */
import type { Provider } from '../../exchange.ts';
import type { Offer } from '../../fixture.ts';

export interface Conversation {
  readonly system?: string;
  readonly tools: readonly Offer[];
}

export interface Call {
  readonly id: string;
  readonly name: string;
  readonly args: object;
}

/** What the model says. */
export interface ModelTurn {
  readonly text: string;
  readonly calls: readonly Call[];
}

export type Turn =
  | { readonly user: string }
  | ModelTurn
  | { readonly results: readonly { readonly id: string; readonly name: string; readonly result: unknown }[] };

/** Tells one exchange: the request with the turns so far, and the answer with the model's next turn. */
export interface Telling {
  readonly name: string;
  readonly connection: string;
  readonly provider: Provider;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a stream, where it is not of events. */
  readonly type?: string;
  path(stream: boolean): string;
  request(conversation: Conversation, turns: readonly Turn[], stream: boolean): object;
  answer(turn: ModelTurn, id: string): object;
  stream(turn: ModelTurn, id: string): string;
}

/** So short that no value comes in one piece. */
const PIECE = 14;

export const pieces = (text: string): string[] =>
  Array.from({ length: Math.ceil(text.length / PIECE) }, (_, i) => text.slice(i * PIECE, (i + 1) * PIECE));

export const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

export const namedEvent = (name: string, data: object | string): string => `event: ${name}\n${event(data)}`;

/** What a tool is described with, in the order in which it is told. */
export const offered = ({ name, description, parameters }: Offer): Required<Offer> => ({
  name,
  description: description ?? '',
  parameters: parameters ?? { type: 'object', properties: {} },
});

/** The system prompt as a first message, where there is one. */
export const systemMessage = ({ system }: Conversation): object[] =>
  system === undefined ? [] : [{ role: 'system', content: system }];

/** Dialects in which tools are functions; none at all where nothing is offered. */
export const functions = ({ tools }: Conversation): { tools?: object[] } =>
  tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function', function: offered(tool) })) };
