import type { Code } from './exchange.ts';

/** Failures of the gateway itself that never reach a caller over HTTP. */
type LocalCode = 'usage' | 'policy_invalid' | 'store_failed' | 'audit_broken' | 'not_found' | 'login_failed';

export type ErrorCode = Code | LocalCode;

/** The one error of the project: a code, what is wrong and what to do. Its message never quotes a sensitive value. */
export class FcgateError extends Error {
  override readonly name = 'FcgateError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** HTTP status of each code that a caller may meet (CONTRACT: HTTP). */
export const httpStatus: Readonly<Record<Code, number>> = {
  policy_denied: 403,
  approval_denied: 403,
  approval_timeout: 403,
  approver_unavailable: 403,
  forbidden_origin: 403,
  unauthenticated: 401,
  uninspectable: 415,
  invalid_body: 400,
  body_too_large: 413,
  unknown_connection: 404,
  upstream_unreachable: 502,
  unreadable_answer: 502,
  upstream_timeout: 504,
  gateway_stopped: 503,
  record_failed: 503,
  internal_error: 500,
};

/** The code that a caller reads: what is wrong with this machine alone is told as broken, and no more. */
export const toldCode = ({ code }: FcgateError): Code | undefined =>
  Object.hasOwn(httpStatus, code) ? (code as Code) : undefined;

/** Exit status of a command that ended with this error: 1 the answer is no, 2 wrong usage or configuration. */
export const exitStatus = (code: ErrorCode): 1 | 2 =>
  code === 'audit_broken' || code === 'not_found' || code === 'login_failed' ? 1 : 2;
