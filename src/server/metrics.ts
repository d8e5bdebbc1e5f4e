import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One finished call, as metrics and logs see it. */
export interface FinishedCall {
  /** Service id, or `-` when none was found. */
  readonly service: string;
  readonly operation: string;
  readonly status: number;
  readonly seconds: number;
}

export interface Metrics {
  record(call: FinishedCall): void;
  /** Read whenever the metrics are. */
  countLostRecords(count: () => number): void;
  /** Prometheus text format. */
  render(): Promise<string>;
  readonly contentType: string;
}

const BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60];

export function createMetrics(version: string): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['service', 'operation', 'status'] as const;
  const requests = new Counter({
    name: 'loam_requests_total',
    help: 'Calls answered.',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'loam_request_duration_seconds',
    help: 'Time from the request line to the end of the answer.',
    labelNames: ['service', 'operation'],
    buckets: BUCKETS,
    registers: [registry],
  });
  new Gauge({ name: 'loam_info', help: 'Version.', labelNames: ['version'], registers: [registry] }).set(
    { version },
    1,
  );
  return {
    record({ service, operation, status, seconds }) {
      requests.inc({ service, operation, status: String(status) });
      durations.observe({ service, operation }, seconds);
    },
    countLostRecords(count) {
      new Gauge({
        name: 'loam_audit_lost_total',
        help: 'Calls that only read and were not kept in the audit trail.',
        registers: [registry],
        collect() {
          this.set(count());
        },
      });
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
