/** The official MCP client and server with the gateway between them. */
import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Gateway, serve } from './gateway.ts';

const mail = 'mara.lindqvist@post.example';
const secret = ['ghp', '16C7e42F292c6912E7710c838347Ae178B4a'].join('_');

const policy = (target: string) => `version: 1
connections:
  billing: { provider: mcp, target: ${target} }
tools:
  refund: { deny: Ask an operator. }
  "*": allow
rules:
  - id: no-ledgers
    stages: [tool_result]
    when: tool.name == "ledger"
    deny: Ledgers stay where they are.
`;

/** What the server was asked. */
interface Heard {
  readonly calls: { readonly name: string; readonly args: unknown }[];
  readonly methods: string[];
}

function desk(heard: Heard): McpServer {
  const server = new McpServer({ name: 'desk', version: '1.0.0' });
  const tool = (name: string, description: string, answer: (args: { text: string }) => string) =>
    server.registerTool(name, { description, inputSchema: { text: z.string() } }, (args) => {
      heard.calls.push({ name, args });
      return { content: [{ type: 'text', text: answer(args) }] };
    });
  tool('note', 'Keeps a note.', ({ text }) => `kept: ${text}`);
  tool('refund', 'Pays back.', () => 'paid');
  tool('ledger', 'Reads the ledger.', () => 'all of it');
  tool('key', 'Reads a key.', () => JSON.stringify({ key: secret, owner: mail }));
  server.registerPrompt('greet', { description: 'Greets.' }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${mail}.` } }],
  }));
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return pieces.length === 0 ? undefined : JSON.parse(Buffer.concat(pieces).toString());
}

/** One session for each client that initializes. */
async function startServer(heard: Heard, enableJsonResponse: boolean) {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const server = http.createServer(async (request, response) => {
    heard.methods.push(request.method!);
    const known = sessions.get(String(request.headers['mcp-session-id']));
    const transport =
      known ??
      new StreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (id) => void sessions.set(id, transport),
        enableJsonResponse,
      });
    if (!known) await desk(heard).connect(transport as Parameters<McpServer['connect']>[0]);
    await transport.handleRequest(request, response, await bodyOf(request));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/mcp`, close: () => server.closeAllConnections() ?? server.close() };
}

describe.each([
  ['one JSON answer', true],
  ['a stream of events', false],
])('answered by %s', (_how, json) => {
  const heard: Heard = { calls: [], methods: [] };
  let upstream: Awaited<ReturnType<typeof startServer>>;
  let gateway: Gateway;
  let client: Client;

  beforeAll(async () => {
    upstream = await startServer(heard, json);
    gateway = await serve({}, policy(upstream.url));
    client = await connect();
  });
  afterAll(async () => {
    await client.close();
    await gateway.stop();
    upstream.close();
  });

  async function connect(): Promise<Client> {
    const own = new Client({ name: 'app', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(`${gateway.url}/billing`));
    await own.connect(transport as Parameters<Client['connect']>[0]);
    return own;
  }

  const call = (name: string, text = 'hello') => client.callTool({ name, arguments: { text } });
  const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]!.text;

  test('its tools are listed, and what it says is passed on', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['note', 'refund', 'ledger', 'key']);
    const { messages } = await client.getPrompt({ name: 'greet' });
    expect(messages[0]!.content).toMatchObject({ text: `Greet ${mail}.` });
  });

  test('a tool gets the values that it needs, but no secret', async () => {
    expect(textOf(await call('note', `${mail} ${secret}`))).toBe(`kept: ${mail} [REDACTED:GITHUB_PAT]`);
    expect(heard.calls.at(-1)!.args).toEqual({ text: `${mail} [REDACTED:GITHUB_PAT]` });
  });

  test('a secret in a result does not reach the app', async () => {
    expect(JSON.parse(textOf(await call('key')))).toEqual({ key: '[REDACTED:GITHUB_PAT]', owner: mail });
  });

  test('a refused call is an error of its own request, and never reaches the server', async () => {
    const before = heard.calls.length;
    const refused = await call('refund').catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'McpError', code: -32000, data: { code: 'policy_denied' } });
    expect((refused as Error).message).toMatch(/fcgate policy_denied: .*Ask an operator/);
    expect(heard.calls.length).toBe(before);
    expect(textOf(await call('note'))).toBe('kept: hello');
  });

  test('a refused result is an error, too', async () => {
    const refused = await call('ledger').catch((error: unknown) => error);
    expect((refused as Error).message).toMatch(/fcgate policy_denied: .*Ledgers stay/);
  });

  test('a tool that was not listed is refused once tools were; before that, nobody knows', async () => {
    const refused = await call('other').catch((error: unknown) => error);
    expect((refused as Error).message).toMatch(/fcgate policy_denied: unoffered_tools/);
    const stranger = await connect();
    const told = await stranger.callTool({ name: 'other', arguments: {} });
    expect(textOf(told)).toMatch(/not found/);
    await stranger.close();
  });

  test('the books hold no value', () => {
    const books = gateway.written().toString();
    expect(books).not.toContain(mail);
    expect(books).not.toContain(secret);
    expect(heard.methods).toContain('POST');
  });
});
