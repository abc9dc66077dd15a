/** Outside the body: which query parameters and headers carry the provider's key, and which hold nobody's text. */

/** Forwarded, never recorded. */
export const credentialParameters: ReadonlySet<string> = new Set([
  ...['key', 'api_key', 'api-key', 'apikey', 'access_token', 'token', 'subscription-key'],
  ...['$key', '$.key', 'oauth_token', 'sig', 'x-amz-signature', 'x-amz-credential', 'x-amz-security-token'],
]);

/** Forwarded, never recorded. */
export const credentialHeaders: ReadonlySet<string> = new Set([
  ...['authorization', 'proxy-authorization', 'cookie', 'x-fcgate-authorization'],
  ...['x-api-key', 'x-goog-api-key', 'api-key', 'apikey', 'ocp-apim-subscription-key', 'x-auth-token'],
  ...['x-goog-iam-authorization-token', 'x-amz-security-token', 'cf-aig-authorization', 'helicone-auth'],
  ...['x-portkey-api-key', 'x-ms-token-aad-access-token', 'mcp-session-id'],
]);

const STAINLESS = [
  ...['arch', 'async', 'custom-poll-interval', 'helper', 'helper-method', 'lang', 'os', 'package-version'],
  ...['poll-helper', 'raw-response', 'read-timeout', 'retry-count', 'runtime', 'runtime-version', 'timeout'],
  'stream-helper',
].map((name) => `x-stainless-${name}`);

/** What the official SDKs say of themselves, and HTTP's own words. */
export const plainHeaders: ReadonlySet<string> = new Set([
  ...['host', 'connection', 'content-type', 'content-length', 'content-encoding', 'date'],
  ...['accept-encoding', 'cache-control', 'pragma', 'priority'],
  ...['sec-fetch-mode', 'sec-fetch-site', 'sec-fetch-dest', 'transfer-encoding'],
  ...['anthropic-version', 'anthropic-beta', 'anthropic-dangerous-direct-browser-access'],
  ...['openai-beta', 'openai-organization', 'openai-project', 'openai-version', 'openai-intent'],
  ...['x-goog-api-client', 'x-goog-user-project', 'x-goog-request-params', 'x-server-timeout'],
  ...['x-vertex-ai-llm-request-type', 'x-vertex-ai-llm-shared-request-type', 'x-app'],
  ...['mcp-protocol-version', 'mcp-method', 'last-event-id'],
  ...['idempotency-key', 'x-idempotency-key', 'traceparent', 'x-fcgate-session'],
  ...STAINLESS,
]);

/** What the providers say of an answer, and HTTP's own words: ids, times and limits. */
export const plainAnswerHeaders: ReadonlySet<string> = new Set([
  ...[
    'content-type',
    'content-language',
    'date',
    'age',
    'server',
    'vary',
    'via',
    'cache-control',
    'pragma',
    'expires',
  ],
  ...[
    'retry-after',
    'retry-after-ms',
    'mcp-session-id',
    'mcp-protocol-version',
    'strict-transport-security',
    'x-content-type-options',
    'x-frame-options',
  ],
  ...[
    'x-xss-protection',
    'content-security-policy',
    'nel',
    'report-to',
    'reporting-endpoints',
    'server-timing',
  ],
  ...['request-id', 'x-request-id', 'x-ms-request-id', 'apim-request-id', 'x-amzn-requestid', 'traceparent'],
  ...['cf-ray', 'cf-cache-status', 'x-envoy-upstream-service-time', 'openai-processing-ms', 'openai-version'],
  ...['x-should-retry', 'x-robots-tag'],
]);
