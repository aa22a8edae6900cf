import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import type { Config } from '../../config/index.ts'
import { reasonOf, StartError } from '../../errors/index.ts'
import type { Log } from '../../telemetry/index.ts'
import { problem } from '../problems.ts'

/** Bytes of the request line and all headers together; more is 431. */
const LARGEST_HEAD = 16_384
/** Milliseconds a client has for its headers: longer is a slow-loris. */
const HEADERS_WITHIN = 10_000
const KEEP_ALIVE = 72_000
/** Milliseconds a socket may be silent; live streams send a heartbeat well within. */
const SILENT = 120_000

/** A request id others gave us, when it is fit to be printed anywhere. */
const REQUEST_ID = /^[\w.:-]{1,128}$/

export interface ServerParts {
  config: Config
  log: Log
  /** Called for each request refused before it reached a route. */
  refused: (status: number) => void
  /** Answers what the router refused before any hook ran. */
  refuse: (error: Error, request: FastifyRequest, reply: FastifyReply) => void
}

/** The HTTP server with its limits; routes are added to it. */
export function createServer({ config, log, refused, refuse }: ServerParts): FastifyInstance {
  const head = {
    maxHeaderSize: LARGEST_HEAD,
    headersTimeout: Math.min(HEADERS_WITHIN, config.requestTimeout),
    connectionsCheckingInterval: Math.min(5000, config.requestTimeout / 2),
  }
  const options: FastifyServerOptions = {
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimit,
    // The nearest so many addresses are our proxies; what they say of the one before them is believed.
    trustProxy: config.trustProxy > 0 ? (_address: string, hop: number) => hop < config.trustProxy : false,
    genReqId: (request) => requestId(request as IncomingMessage),
    requestTimeout: config.requestTimeout,
    connectionTimeout: SILENT,
    keepAliveTimeout: KEEP_ALIVE,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false, caseSensitive: true },
    onProtoPoisoning: 'error',
    exposeHeadRoutes: true,
    frameworkErrors: refuse,
    clientErrorHandler: (error, socket) => refuseRaw(error, socket, refused),
    ...(config.tlsCert && config.tlsKey
      ? { https: { ...head, ...readPair(config.tlsCert, config.tlsKey), minVersion: 'TLSv1.3' as const } }
      : { http: head }),
  } as FastifyServerOptions
  return Fastify(options)
}

function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
}

function readPair(certFile: string, keyFile: string): { cert: Buffer; key: Buffer } {
  const read = (name: string, file: string): Buffer => {
    try {
      return readFileSync(file)
    } catch (cause) {
      throw new StartError(`${name} cannot be read: ${reasonOf(cause)}; name a PEM file this account may read`, {
        cause,
      })
    }
  }
  return { cert: read('BELLWETHER_TLS_CERT', certFile), key: read('BELLWETHER_TLS_KEY', keyFile) }
}

const RAW: Record<string, { status: number; code: 'too_large' | 'timeout' | 'invalid'; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'too_large',
    detail: `address and headers together must be at most ${LARGEST_HEAD} bytes`,
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'timeout', detail: 'the request did not arrive in time' },
}

/** What never became a request: answered on the bare socket, in the same form as everything else. */
function refuseRaw(error: Error & { code?: string }, socket: Socket, refused: (status: number) => void): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const { status, code, detail } = RAW[error.code ?? ''] ?? {
    status: 400,
    code: 'invalid',
    detail: 'this is not an HTTP request we understand',
  }
  refused(status)
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const found = problem({ code, detail, requestId: randomUUID(), status })
  const body = JSON.stringify(found)
  socket.end(
    `HTTP/1.1 ${status} ${found.title}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
