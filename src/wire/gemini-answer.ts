/** A Gemini answer (API reference: GenerateContentResponse): candidates, what they rest on, and errors. */
import { members, type Reads } from './gemini-parts.ts';
import { numberMember } from './json.ts';
import { all, each, type Shape, sealed, skip, text, vector } from './shape.ts';
import type { Spot } from './spot.ts';

/** What a tool of Google's found. */
const foundBy =
  (tool: string): Shape =>
  (spot, to) =>
    to.resultOf(tool, undefined, () => to.text(spot));

const chunk = members({
  web: foundBy('googleSearch'),
  image: foundBy('googleSearch'),
  maps: foundBy('googleMaps'),
  retrievedContext: foundBy('fileSearch'),
});

/** What an answer rests on. Offsets stay as they came. */
const grounding = members({
  groundingChunks: each(chunk),
  groundingSupports: each(
    members({
      segment: members({ ...all(['startIndex', 'endIndex', 'partIndex'], skip), text }),
      ...all(['groundingChunkIndices', 'confidenceScores', 'renderedParts'], skip),
    }),
  ),
  ...all(['webSearchQueries', 'imageSearchQueries', 'retrievalQueries'], text),
  searchEntryPoint: members({ renderedContent: foundBy('googleSearch'), sdkBlob: sealed }),
  retrievalMetadata: skip,
  googleMapsWidgetContextToken: sealed,
});

const embedding = members({ values: vector, statistics: skip });

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

const index = ({ doc, node }: Spot): number | undefined => numberMember(doc, node, 'index');

/** The answer by its members; `content` reads what a candidate says, `once` what comes whole. */
export function answerOf({ once }: Pick<Reads, 'once'>, content: Shape): Shape {
  const candidate = members(
    {
      ...all(['index', 'finishReason', 'tokenCount', 'avgLogprobs', 'safetyRatings'], skip),
      content,
      groundingMetadata: once(grounding),
      ...all(['finishMessage', 'citationMetadata', 'urlContextMetadata'], once(text)),
      logprobsResult: (spot, to) => to.shadow(parentOf(spot.path), spot),
      continuationToken: sealed,
    },
    once(text),
  );
  return members(
    {
      ...all(['modelVersion', 'responseId', 'usageMetadata', 'createTime', 'modelStatus'], skip),
      ...all(
        ['totalTokens', 'cachedContentTokenCount', 'promptTokensDetails', 'totalBillableCharacters'],
        skip,
      ),
      candidates: each(candidate, index),
      promptFeedback: once(
        members({ ...all(['blockReason', 'safetyRatings'], skip), blockReasonMessage: text }),
      ),
      error: once(members({ ...all(['code', 'status'], skip), message: text })),
      embedding,
      embeddings: each(embedding),
    },
    once(text),
  );
}
