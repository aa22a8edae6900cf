// The load of bench/gateway, in a process of its own.
import autocannon from 'autocannon'

const { url, headers, seconds, perSecond } = JSON.parse(process.argv[2] ?? '{}') as {
  url: string
  headers: Record<string, string>
  seconds: number
  perSecond?: number
}
const result = await autocannon({
  url,
  headers,
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
