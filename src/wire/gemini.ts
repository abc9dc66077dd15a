/** Gemini generateContent (API reference: models.generateContent, streamGenerateContent, countTokens), also on Vertex. */
import { httpStatus } from '../errors.ts';
import { readAnswerBody, readRequestBody } from './body.ts';
import type { Codec, CodecOptions, Reading } from './codec.ts';
import { googleError } from './errors.ts';
import { answerOf } from './gemini-answer.ts';
import { content, members, stringOf, WHOLE } from './gemini-parts.ts';
import { refuseParts } from './gemini-refuse.ts';
import { GeminiStream } from './gemini-stream.ts';
import { tool } from './gemini-tools.ts';
import type { Doc } from './json.ts';
import { all, each, type Shape, sealed, skip, text, turn } from './shape.ts';
import { rootOf } from './spot.ts';
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

/** `/v1beta/models/MODEL:METHOD` */
const TARGET = /\/(?:models|tunedModels|endpoints)\/([^/:]+):(\w+)/;

export const gemini: Codec = {
  name: 'gemini',
  provider: 'gemini',

  readRequest(doc: Doc, options: CodecOptions): Reading {
    const reading = readRequestBody(doc, request, options);
    const [, model, method] = TARGET.exec(options.path ?? '') ?? [];
    const stored = stringOf(rootOf(doc), 'cachedContent') !== undefined;
    return {
      ...reading,
      model: model ?? reading.model.replace(/^.*\//, ''),
      stream: method === 'streamGenerateContent',
      ...(stored ? { offered: undefined } : {}),
    };
  },

  readAnswer: (doc, options) => readAnswerBody(doc, whole, options),

  refuseCalls: (doc, refused) => refuseParts([doc], refused),
  openStream: (options) => new GeminiStream(options),
  errorBody: googleError,
  errorEvent: (code, message) => `data: ${googleError(code, httpStatus[code], message)}\n\n`,
};
