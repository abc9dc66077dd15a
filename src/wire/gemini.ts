/** Gemini generateContent (API reference: models.generateContent, streamGenerateContent, countTokens), also on Vertex. */
import { httpStatus } from '../errors.ts';
import type { AnswerReading, Codec, CodecOptions, Reading } from './codec.ts';
import { Collector } from './collector.ts';
import { googleError } from './errors.ts';
import { answerOf } from './gemini-answer.ts';
import { content, members, stringOf, WHOLE } from './gemini-parts.ts';
import { refuseParts } from './gemini-refuse.ts';
import { GeminiStream } from './gemini-stream.ts';
import { tool } from './gemini-tools.ts';
import type { Doc } from './json.ts';
import { all, each, type Shape, sealed, skip, text, turn } from './shape.ts';
import type { Spot } from './spot.ts';
import { schemaText } from './tools.ts';

const speech = members({
  languageCode: skip,
  voiceConfig: members({
    prebuiltVoiceConfig: skip,
    replicatedVoiceConfig: members({ mimeType: skip, voiceSampleAudio: sealed, consentAudio: sealed }),
  }),
});

const generationConfig = members({
  ...all(
    [
      ...['audioTimestamp', 'candidateCount', 'frequencyPenalty', 'logprobs', 'maxOutputTokens'],
      ...['mediaResolution', 'presencePenalty', 'responseLogprobs', 'responseMimeType', 'responseModalities'],
      ...['routingConfig', 'modelSelectionConfig', 'seed', 'temperature', 'thinkingConfig', 'topK', 'topP'],
      ...['imageConfig', 'enableAffectiveDialog', 'enableEnhancedCivicAnswers'],
    ],
    skip,
  ),
  ...all(['responseSchema', 'responseJsonSchema', 'responseFormat'], schemaText),
  stopSequences: each(text),
  speechConfig: speech,
});

const request: Shape = members({
  ...all(['model', 'cachedContent', 'safetySettings', 'store', 'serviceTier', 'modelArmorConfig'], skip),
  ...all(['taskType', 'outputDimensionality', 'autoTruncate', 'mimeType'], skip),
  continuationToken: sealed,
  contents: each(turn(content)),
  content,
  systemInstruction: content,
  tools: each(tool),
  toolConfig: members({ functionCallingConfig: skip, includeServerSideToolInvocations: skip }),
  generationConfig,
  generateContentRequest: (spot, to) => request(spot, to),
  requests: each((spot, to) => request(spot, to)),
});

const whole = answerOf(WHOLE, content);

const rootOf = (doc: Doc): Spot => ({ doc, node: 0, path: '', key: '' });

/** `/v1beta/models/MODEL:METHOD` */
const TARGET = /\/(?:models|tunedModels|endpoints)\/([^/:]+):(\w+)/;

export const gemini: Codec = {
  name: 'gemini',
  provider: 'gemini',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const to = new Collector({ side: 'request', ...options });
    const root = rootOf(doc);
    request(root, to);
    const [, model, method] = TARGET.exec(options.path ?? '') ?? [];
    const stored = stringOf(root, 'cachedContent') !== undefined;
    return {
      model: model ?? stringOf(root, 'model')?.replace(/^.*\//, '') ?? '',
      stream: method === 'streamGenerateContent',
      turns: to.turns,
      offered: stored || to.offersMore ? undefined : to.offered,
      units: to.units(),
      omit: to.omitted,
    };
  },

  readAnswer(doc: Doc, options: CodecOptions): AnswerReading {
    const to = new Collector({ side: 'answer', depth: options.depth, offered: options.offered });
    whole(rootOf(doc), to);
    return { units: to.units(), omit: to.omitted };
  },

  refuseCalls: (doc, refused) => refuseParts([doc], refused),
  openStream: (options) => new GeminiStream(options),
  errorBody: googleError,
  errorEvent: (code, message) => `data: ${googleError(code, httpStatus[code], message)}\n\n`,
};
