import client, { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface MetricSpec {
  /** `bellwether_` is put in front. */
  name: string
  help: string
  labels?: readonly string[]
}

/** Figures about the program itself, read by Prometheus. Asking twice for one name gives the same figure. */
export interface Metrics {
  counter(spec: MetricSpec): Counter
  /** `read` is called at each scrape, for figures that somebody else keeps. */
  gauge(spec: MetricSpec & { read?: (gauge: Gauge) => void | Promise<void> }): Gauge
  /** Buckets in seconds unless said. */
  histogram(spec: MetricSpec & { buckets?: readonly number[] }): Histogram
  /** The exposition text. */
  text(): Promise<string>
  readonly contentType: string
}

/** From half a millisecond to ten seconds, where requests and handlers live. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function createMetrics(): Metrics {
  const registry = new Registry()
  let withProcess = false
  const once = <M>(name: string, make: (full: string) => M): M => {
    const full = `bellwether_${name}`
    return (registry.getSingleMetric(full) as M | undefined) ?? make(full)
  }
  return {
    contentType: registry.contentType,
    counter: ({ name, help, labels = [] }) =>
      once(name, (full) => new Counter({ name: full, help, labelNames: [...labels], registers: [registry] })),
    gauge: ({ name, help, labels = [], read }) =>
      once(
        name,
        (full) =>
          new Gauge({
            name: full,
            help,
            labelNames: [...labels],
            registers: [registry],
            ...(read
              ? {
                  async collect() {
                    await read(this)
                  },
                }
              : {}),
          }),
      ),
    histogram: ({ name, help, labels = [], buckets = SECONDS }) =>
      once(
        name,
        (full) =>
          new Histogram({
            name: full,
            help,
            labelNames: [...labels],
            buckets: [...buckets],
            registers: [registry],
          }),
      ),
    async text() {
      // Watching the event loop and the garbage collector costs a little, so it begins with the first reader.
      if (!withProcess) client.collectDefaultMetrics({ register: registry, prefix: 'bellwether_' })
      withProcess = true
      return registry.metrics()
    },
  }
}
