import { parseSync } from '@swc/core'
import type { Source } from './source.ts'

export interface FunctionSize {
  path: string
  name: string
  line: number
  lines: number
}

interface Node {
  type: string
  span?: { start: number; end: number }
  [key: string]: unknown
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'MethodProperty',
  'ClassMethod',
  'Constructor',
])

/**
 * Own lines of each function: its own text without that of the functions inside it. A factory of functions is as long
 * as its wiring, not as the sum of what it makes.
 */
export function functionSizes({ path, text }: Source): FunctionSize[] {
  // Positions count bytes over all that was parsed before; a last token of our own is where the end is known.
  const bytes = Buffer.from(`${text}\n;0`)
  const module = parseSync(bytes.toString(), {
    syntax: 'typescript',
    tsx: path.endsWith('x'),
    target: 'es2024',
  }) as unknown as Node
  const offset = (module.span?.end ?? 0) - bytes.length
  const found: FunctionSize[] = []
  const lineAt = (position: number) => countLines(bytes.subarray(0, Math.max(0, position - offset)))

  /** Lines taken by functions directly inside `node`. */
  function inside(node: Node, name: string): number {
    let nested = 0
    for (const [key, value] of Object.entries(node)) {
      if (key === 'span') continue
      for (const child of Array.isArray(value) ? value : [value])
        if (isNode(child)) nested += visit(child, nameOf(child) ?? nameOf(node) ?? name)
    }
    return nested
  }
  function visit(node: Node, name: string): number {
    const nested = inside(node, name)
    if (!FUNCTIONS.has(node.type) || !node.span) return nested
    const [first, last] = [lineAt(node.span.start), lineAt(node.span.end)]
    const total = last - first + 1
    found.push({ path, name, line: first + 1, lines: total - nested })
    return Math.max(0, total - 1)
  }
  visit(module, '(module)')
  return found
}

/** Objects with a type, and those without one that only hold others (call arguments, for one). */
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

function nameOf(node: Node): string | undefined {
  const named = (node.identifier ?? node.id ?? node.key) as { value?: unknown } | undefined
  return typeof named?.value === 'string' ? named.value : undefined
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (const byte of bytes) if (byte === 10) lines++
  return lines
}
