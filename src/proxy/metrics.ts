/** What the gateway counts, written as Prometheus text. */
import type { Effect } from '../exchange.ts';

export interface Metrics {
  exchange(connection: string, decision: Effect, addedSeconds: number): void;
  findings(entity: string): void;
  refused(code: string): void;
  bytes(direction: 'to_model' | 'to_app', count: number): void;
  text(open: number): string;
}

const bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1] as const;

export function createMetrics(): Metrics {
  const exchanges = createCounter('fcgate_exchanges_total', 'Exchanges by connection and decision.');
  const findings = createCounter('fcgate_findings_total', 'Sensitive values found, by entity.');
  const refused = createCounter('fcgate_refused_total', 'Refused exchanges and calls, by code.');
  const bytes = { to_model: 0, to_app: 0 };
  const added = createHistogram('fcgate_added_seconds', 'Time that the gateway itself added to an exchange.');
  return {
    exchange(connection, decision, seconds) {
      exchanges.add(`connection="${quoted(connection)}",decision="${decision}"`, 1);
      added.observe(seconds);
    },
    findings: (entity) => findings.add(`entity="${quoted(entity)}"`, 1),
    refused: (code) => refused.add(`code="${code}"`, 1),
    bytes(direction, count) {
      bytes[direction] += count;
    },
    text: (open) =>
      [
        ...[exchanges, findings, refused, added].flatMap((metric) => metric.lines()),
        ...head('fcgate_bytes_total', 'counter', 'Body bytes that were let through, by direction.'),
        ...Object.entries(bytes).map(([way, count]) => `fcgate_bytes_total{direction="${way}"} ${count}`),
        ...head('fcgate_open_exchanges', 'gauge', 'Exchanges that are under way.'),
        `fcgate_open_exchanges ${open}`,
        '',
      ].join('\n'),
  };
}

const head = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
];

const quoted = (value: string): string =>
  value.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`));

function createCounter(name: string, help: string) {
  const counts = new Map<string, number>();
  return {
    add: (labels: string, by: number): void => void counts.set(labels, (counts.get(labels) ?? 0) + by),
    lines: (): string[] => [
      ...head(name, 'counter', help),
      ...[...counts].map(([labels, count]) => `${name}{${labels}} ${count}`),
    ],
  };
}

function createHistogram(name: string, help: string) {
  const below = new Array<number>(bounds.length).fill(0);
  let count = 0;
  let sum = 0;
  return {
    observe(value: number): void {
      count++;
      sum += value;
      for (let i = bounds.length - 1; i >= 0 && value <= bounds[i]!; i--) below[i]!++;
    },
    lines: (): string[] => [
      ...head(name, 'histogram', help),
      ...bounds.map((bound, i) => `${name}_bucket{le="${bound}"} ${below[i]}`),
      `${name}_bucket{le="+Inf"} ${count}`,
      `${name}_sum ${sum}`,
      `${name}_count ${count}`,
    ],
  };
}
