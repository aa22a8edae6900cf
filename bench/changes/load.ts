import { existsSync, readdirSync, readFileSync } from 'node:fs'

const ANNOTATIONS = 'annotations.json'

/** One series of the Turing change point set, with the change points of each annotator. */
export interface TcpdSeries {
  name: string
  series: Float64Array[]
  annotations: number[][]
}

/** Every series of `<data>/tcpd`; undefined when the data are absent. Without annotations they can be judged, not scored. */
export function loadTcpd(data: string): TcpdSeries[] | undefined {
  const root = `${data}/tcpd`
  if (!existsSync(root)) return undefined
  const read = (file: string) => JSON.parse(readFileSync(`${root}/${file}`, 'utf8')) as unknown
  const annotated = existsSync(`${root}/${ANNOTATIONS}`)
  const annotations = (annotated ? read(ANNOTATIONS) : {}) as Record<string, Record<string, number[]>>
  return readdirSync(root)
    .filter((file) => file.endsWith('.json') && file !== ANNOTATIONS)
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.json'.length)
      const { series } = read(file) as { series: { raw: (number | null)[] }[] }
      return {
        name,
        series: series.map(({ raw }) => Float64Array.from(raw, (value) => value ?? Number.NaN)),
        annotations: Object.values(annotations[name] ?? {}),
      }
    })
}
