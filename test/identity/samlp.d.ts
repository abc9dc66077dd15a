/** What of samlp, which has no types of its own, the test's identity provider uses. */
declare module 'samlp' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Options {
    readonly issuer: string;
    readonly cert: string;
    readonly key: string;
    readonly [option: string]: unknown;
  }
  type Handler = (request: IncomingMessage, response: ServerResponse, next: (error: Error) => void) => void;
  const samlp: { auth(options: Options): Handler; metadata(options: Options): Handler };
  export default samlp;
}
