/** What the policy in force would let leave: known values are sent through a gateway to an upstream of our own, which keeps what came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Recording } from '../exchange.ts';
import type { Policy } from '../policy/policy.ts';
import type { ExchangeEvent } from '../proxy/governance.ts';
import { type AuditRecord, readAudit } from '../record/audit-tail.ts';
import { openHome } from '../record/home.ts';
import { canaries } from '../trial/canaries.ts';
import { positionsIn } from '../trial/canary-values.ts';
import type { Context } from './context.ts';
import { type OpenGateway, openGateway } from './open-gateway.ts';

/** One request, and what became of it. */
export interface Rehearsed {
  readonly connection: string;
  readonly path: string;
  /** The decision, or the code of a refusal. */
  readonly outcome: string;
  /** What would have left, by position. Empty: nothing. */
  readonly left: ReadonlyMap<string, string>;
  /** What of the upstream's answer came back, by position. */
  readonly came: ReadonlyMap<string, string>;
  readonly audit: AuditRecord | undefined;
}

export async function rehearse(context: Context, policy: Policy): Promise<Rehearsed[]> {
  const requests = requestsOf(policy);
  const upstream = await keeper();
  const events = new Map<string, ExchangeEvent>();
  const gateway = await openGateway(context, leadingTo(upstream.url, policy), (event) =>
    events.set(event.exchange, event),
  );
  const sent: (Sent & { readonly heard: string })[] = [];
  try {
    const { url } = await gateway.listen('127.0.0.1', 0);
    for (const { name, request, answer } of requests) {
      upstream.say(answer);
      const told = await send(gateway, `${url}/${name}${request.path}`, request);
      sent.push({ ...told, heard: upstream.taken() });
    }
  } finally {
    await gateway.close();
    upstream.close();
  }
  const audits = await auditsOf(context, new Set(events.keys()));
  return requests.map(({ name, request: { path } }, at) => {
    const { exchange, heard, came } = sent[at]!;
    const { code, decision } = events.get(exchange)!;
    return {
      connection: name,
      path,
      outcome: code ?? decision,
      left: positionsIn(heard),
      came: positionsIn(came),
      audit: audits.get(exchange),
    };
  });
}

/** What a provider is told, and what it says in one piece: of streams the fixtures tell. */
const requestsOf = ({ connections }: Policy) => {
  const told = canaries().filter(({ recording: { id } }) => !id.endsWith('stream'));
  return [...connections.values()].flatMap(({ name, provider }) =>
    told
      .filter(({ wire, recording }) =>
        provider === 'generic' ? wire === 'openai' : recording.provider === provider,
      )
      .map(({ recording: { request, response } }) => ({ name, request, answer: response?.body ?? '{}' })),
  );
};

/** No key of a provider is sent to an upstream that is none. */
const leadingTo = (target: string, policy: Policy): Policy => ({
  ...policy,
  connections: new Map(
    [...policy.connections].map(([name, connection]) => [
      name,
      { ...connection, target, credential: { kind: 'passthrough' } },
    ]),
  ),
});

interface Sent {
  readonly exchange: string;
  readonly came: string;
}

async function send(
  { localKey }: OpenGateway,
  url: string,
  { headers: told, body }: Recording['request'],
): Promise<Sent> {
  const headers = {
    ...told,
    accept: 'application/json, text/event-stream',
    'x-fcgate-authorization': localKey,
    'x-fcgate-session': 'doctor',
  };
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) });
  return { came: await answer.text(), exchange: answer.headers.get('x-fcgate-exchange')! };
}

async function keeper() {
  let heard = '';
  let said = '{}';
  const server = createServer(async (request, response) => {
    heard = Buffer.concat(await request.toArray()).toString('utf8');
    response.setHeader('content-type', 'application/json').end(said);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say(answer: string): void {
      said = answer;
    },
    taken(): string {
      const last = heard;
      heard = '';
      return last;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const tellsOfValues = ({ findings }: AuditRecord): boolean => Array.isArray(findings) && findings.length > 0;

/** The entry about each exchange's request; about its answer, where only that told of the values. */
async function auditsOf({ env }: Context, exchanges: ReadonlySet<string>): Promise<Map<string, AuditRecord>> {
  const found = new Map<string, AuditRecord>();
  for await (const entry of readAudit(openHome(env).audit, { last: exchanges.size * 8 + 100 })) {
    const { exchange } = entry as { exchange?: string };
    if (!exchange || !exchanges.has(exchange)) continue;
    if (!found.has(exchange) || (tellsOfValues(entry) && !tellsOfValues(found.get(exchange)!)))
      found.set(exchange, entry);
  }
  return found;
}
