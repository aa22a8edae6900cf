import { existsSync, readFileSync } from 'node:fs'

/** One series of the Turing change point set, with the change points of each annotator. */
export interface TcpdSeries {
  name: string
  series: Float64Array[]
  annotations: number[][]
}

/** Every annotated series of `<data>/tcpd`; undefined when the data are absent. */
export function loadTcpd(data: string): TcpdSeries[] | undefined {
  const root = `${data}/tcpd`
  if (!existsSync(`${root}/annotations.json`)) return undefined
  const read = (file: string) => JSON.parse(readFileSync(`${root}/${file}`, 'utf8')) as unknown
  const annotations = read('annotations.json') as Record<string, Record<string, number[]>>
  return Object.keys(annotations)
    .filter((name) => existsSync(`${root}/${name}.json`))
    .sort()
    .map((name) => {
      const { series } = read(`${name}.json`) as { series: { raw: (number | null)[] }[] }
      return {
        name,
        series: series.map(({ raw }) => Float64Array.from(raw, (value) => value ?? Number.NaN)),
        annotations: Object.values(annotations[name] ?? {}),
      }
    })
}
