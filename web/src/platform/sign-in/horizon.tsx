import styles from './horizon.module.css'

/** What the program is about in one picture: a number, the band it is expected in, and the moment it leaves it. */
const POINTS = 96
const WIDTH = 640
const HEIGHT = 300
const BREAK = [66, 76] as const

const usual = (index: number): number =>
  150 - 46 * Math.sin((index / POINTS) * Math.PI * 6 - 0.6) - 12 * Math.sin((index / POINTS) * Math.PI * 2)
/** Small unevenness, the same on every screen. */
const grain = (index: number): number => 7 * Math.sin(index * 1.7) + 5 * Math.sin(index * 4.1)
const actual = (index: number): number => {
  const [from, to] = BREAK
  const inside = index >= from && index <= to
  return usual(index) + grain(index) + (inside ? 92 * Math.sin(((index - from) / (to - from)) * Math.PI) : 0)
}
const x = (index: number): number => (index / (POINTS - 1)) * WIDTH
const indices = Array.from({ length: POINTS }, (_, index) => index)
const line = (some: number[], y: (index: number) => number): string =>
  some.map((index, at) => `${at === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(index).toFixed(1)}`).join('')
const band = `${line(indices, (index) => usual(index) - 26)}${line(indices.toReversed(), (index) => usual(index) + 26).replace('M', 'L')}Z`
const broken = indices.filter((index) => index >= BREAK[0] && index <= BREAK[1])

export function Horizon() {
  return (
    <svg className={styles.horizon} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="presentation">
      {[60, 120, 180, 240].map((y) => (
        <line key={y} className={styles.grid} x1="0" x2={WIDTH} y1={y} y2={y} />
      ))}
      <path className={styles.band} d={band} />
      <path className={styles.line} d={line(indices, actual)} />
      <path className={styles.off} d={line(broken, actual)} />
      <circle className={styles.dot} cx={x(BREAK[0])} cy={actual(BREAK[0])} r="5" />
    </svg>
  )
}
