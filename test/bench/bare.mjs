/** The bare line: http-proxy passing through, with a keep-alive agent and nothing else. Its own process. */
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const proxy = httpProxy.createProxyServer({ target: process.argv[2], agent });
proxy.on('error', (_error, _request, response) => response.end());
const server = createServer((request, response) => proxy.web(request, response));
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);
