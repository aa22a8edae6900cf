import type { z } from 'zod'

/**
 * Something kept in this browser. What is stored is outside data: it is parsed, and what does not fit counts as absent.
 * A browser that forbids storage still works; it only forgets.
 */
export function kept<T extends z.ZodType>(key: string, shape: T) {
  const name = `bellwether.${key}`
  return {
    name,
    read(): z.output<T> | undefined {
      try {
        const parsed = shape.safeParse(JSON.parse(localStorage.getItem(name) ?? 'null'))
        return parsed.success ? parsed.data : undefined
      } catch {
        return undefined
      }
    },
    write(value: z.input<T> | undefined): void {
      try {
        if (value === undefined) localStorage.removeItem(name)
        else localStorage.setItem(name, JSON.stringify(value))
      } catch {
        // full or forbidden: nothing depends on it
      }
    },
  }
}
