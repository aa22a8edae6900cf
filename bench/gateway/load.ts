// The load of bench/gateway, in a process of its own.
import autocannon from 'autocannon'

const { urls, headers, seconds, perSecond } = JSON.parse(process.argv[2] ?? '{}') as {
  urls: string[]
  headers: Record<string, string>
  seconds: number
  perSecond?: number
}
const paths = urls.map((url) => new URL(url).pathname + new URL(url).search)
let connection = 0
/** Each connection starts somewhere else in the list, so that together they ask for different things at any moment. */
const apart = {
  setupClient(client: autocannon.Client) {
    const from = (connection++ * 37) % paths.length
    client.setRequests([...paths.slice(from), ...paths.slice(0, from)].map((path) => ({ path })))
  },
}
const result = await autocannon({
  url: urls[0] ?? '',
  headers,
  // Own requests for a client upset the load maker's pace; there all connections ask for the first.
  ...(paths.length > 1 && !perSecond ? apart : {}),
  duration: seconds,
  connections: 64,
  ...(perSecond ? { overallRate: perSecond } : {}),
})
process.send?.({
  requestsPerSecond: result.requests.average,
  p50: result.latency.p50,
  p99: result.latency.p99,
  wrong: result.non2xx + result.errors,
})
process.disconnect?.()
