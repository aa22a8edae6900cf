import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** Bytes from which an answer is worth compressing. */
export const COMPRESS_FROM = 1400
/** The default of brotli takes a hundred times the time for a tenth less. */
export const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const br = promisify(brotliCompress)
const gz = promisify(gzip)

/**
 * A long answer in an encoding the client takes; undefined when it takes none. Done here and not by a hook, because most
 * answers are short and would pay for the hook all the same.
 */
export async function compressed(
  text: string,
  accepted: string | string[] | undefined,
): Promise<{ encoding: 'br' | 'gzip'; bytes: Buffer } | undefined> {
  const header = String(accepted ?? '')
  if (takes(header, 'br')) return { encoding: 'br', bytes: await br(text, BROTLI) }
  if (takes(header, 'gzip')) return { encoding: 'gzip', bytes: await gz(text) }
  return undefined
}

/** Whether an encoding is named, and not with the weight of nothing. */
function takes(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', ...weights] = part.trim().toLowerCase().split(';')
    return name.trim() === encoding && !weights.some((weight) => /^\s*q=0(\.0*)?\s*$/.test(weight))
  })
}
