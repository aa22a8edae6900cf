import { z } from 'zod'
import { endpoint } from '../endpoint.ts'

const Document = z.record(z.string(), z.unknown())

export const getOpenApi = endpoint('GET /api/openapi.json', {
  can: 'public',
  summary: 'This API as an OpenAPI 3.1 document',
  answers: Document,
})
export const getAsyncApi = endpoint('GET /api/asyncapi.json', {
  can: 'public',
  summary: 'Events and live topics as an AsyncAPI 3 document',
  answers: Document,
})
export const getApiPage = endpoint('GET /api/docs', {
  can: 'public',
  summary: 'This API to read and to try',
  answers: z.string(),
  produces: 'text/html; charset=utf-8',
})
export const getApiPageFile = endpoint('GET /api/docs/:file', {
  can: 'public',
  summary: 'Script and style of the API page',
  params: z.object({ file: z.enum(['page.js', 'page.css']) }),
  answers: z.string(),
  produces: 'text/plain; charset=utf-8',
})
