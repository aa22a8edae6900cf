export interface Drawing {
  title: string
  times: Float64Array
  values: Float64Array
  lower: Float64Array
  upper: Float64Array
  /** Indices of alarms. */
  alarms: readonly number[]
  /** Spans to shade, as times. */
  spans: readonly { from: number; to: number }[]
  forecast?: { times: Float64Array; mean: Float64Array; lower: Float64Array; upper: Float64Array }
}

const WIDTH = 1200
const HEIGHT = 420
const MARGIN = { left: 70, right: 15, top: 30, bottom: 30 }

/** A series with its band, alarms and forecast as a picture that any browser shows. */
export function drawSvg(drawing: Drawing): string {
  const { times, values, forecast } = drawing
  const scale = scales(drawing)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="18" font-weight="bold">${escaped(drawing.title)}</text>`,
    ...axes(scale),
    ...drawing.spans.map(({ from, to }) => {
      const x = scale.x(from)
      return `<rect x="${x}" y="${MARGIN.top}" width="${Math.max(1, scale.x(to) - x)}" height="${HEIGHT - MARGIN.top - MARGIN.bottom}" fill="#fde2e2"/>`
    }),
    area(scale, times, drawing.lower, drawing.upper, '#cfe3f7'),
    line(scale, times, values, '#1f5f99'),
    ...(forecast
      ? [
          area(scale, forecast.times, forecast.lower, forecast.upper, '#d9efd7'),
          line(scale, forecast.times, forecast.mean, '#2b7a2b'),
        ]
      : []),
    ...drawing.alarms.map((i) => {
      return `<circle cx="${scale.x(times[i] as number)}" cy="${scale.y(values[i] as number)}" r="4" fill="none" stroke="#c01818" stroke-width="2"/>`
    }),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

interface Scale {
  x(time: number): number
  y(value: number): number
  times: [number, number]
  values: [number, number]
}

function scales({ times, values, forecast }: Drawing): Scale {
  const all = [...values, ...(forecast ? [...forecast.mean, ...forecast.lower, ...forecast.upper] : [])].filter(
    Number.isFinite,
  )
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const pad = (high - low || Math.abs(high) || 1) * 0.05
  const range: [number, number] = [low - pad, high + pad]
  const start = times[0] ?? 0
  const end = forecast?.times.at(-1) ?? times.at(-1) ?? 1
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom }
  const round = (x: number) => Math.round(x * 10) / 10
  return {
    x: (time) => round(MARGIN.left + (inner.width * (time - start)) / (end - start || 1)),
    // The band may be wider than the values; it is cut at the picture's edge.
    y: (value) => {
      const cut = Math.min(Math.max(value, range[0]), range[1])
      return round(MARGIN.top + inner.height * (1 - (cut - range[0]) / (range[1] - range[0])))
    },
    times: [start, end],
    values: range,
  }
}

function axes(scale: Scale): string[] {
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  const at = ([from, to]: [number, number], share: number) => from + (to - from) * share
  return ticks.flatMap((share) => {
    const value = at(scale.values, share)
    const time = at(scale.times, share)
    const stamp = new Date(time).toISOString().slice(0, 16).replace('T', ' ')
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
    return [
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${scale.y(value)}" y2="${scale.y(value)}" stroke="#e5e5e5"/>`,
      `<text x="${MARGIN.left - 6}" y="${scale.y(value) + 4}" text-anchor="end">${Number(value.toPrecision(4))}</text>`,
      `<text x="${scale.x(time)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${stamp}</text>`,
    ]
  })
}

function line(scale: Scale, times: Float64Array, values: Float64Array, colour: string): string {
  const points = Array.from(values, (value, i) => `${scale.x(times[i] as number)},${scale.y(value)}`)
  return `<polyline fill="none" stroke="${colour}" stroke-width="1.2" points="${points.join(' ')}"/>`
}

function area(scale: Scale, times: Float64Array, lower: Float64Array, upper: Float64Array, colour: string): string {
  const there = Array.from(upper, (value, i) => `${scale.x(times[i] as number)},${scale.y(value)}`)
  const back = Array.from(lower, (value, i) => `${scale.x(times[i] as number)},${scale.y(value)}`).reverse()
  return `<polygon fill="${colour}" points="${[...there, ...back].join(' ')}"/>`
}

const escaped = (text: string) => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`)
