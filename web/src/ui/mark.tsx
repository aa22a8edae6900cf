/** The bell of the wether that leads the flock, with a pulse on it. */
export function Mark({ size = 28 }: { size?: number }) {
  return <img src="/bellwether.svg" width={size} height={size} alt="" />
}
