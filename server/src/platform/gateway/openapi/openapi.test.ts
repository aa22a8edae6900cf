import asyncApiSpecs from '@asyncapi/specs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestApp, type TestApp } from '../../../testing.ts'

interface Operation {
  'x-permission'?: string
  security?: unknown[]
  parameters?: { $ref?: string; name?: string; in?: string }[]
  responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>
  operationId: string
}
interface OpenApi {
  openapi: string
  paths: Record<string, Record<string, Operation>>
}

let app: TestApp
let api: OpenApi
beforeAll(async () => {
  app = await createTestApp()
  api = (await app.gateway.inject('/api/openapi.json')).json()
})
afterAll(() => app.close())

const operations = () =>
  Object.entries(api.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, operation })),
  )

test('the document is OpenAPI 3.1 by its own schema', async () => {
  expect(api.openapi).toBe('3.1.0')
  const { valid, errors } = await new Validator().validate(structuredClone(api) as unknown as Record<string, unknown>)
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('every reference leads somewhere, every operation has a name of its own', () => {
  const references = [...JSON.stringify(api).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path)
  const lost = references.filter(
    (path) =>
      path.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], api) ===
      undefined,
  )
  expect(lost).toEqual([])
  expect(references.length).toBeGreaterThan(50)
  const ids = operations().map(({ operation }) => operation.operationId)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})

test('every operation says who may, how it is refused, and how it is repeated', () => {
  for (const { name, method, operation } of operations()) {
    expect(operation['x-permission'], name).toMatch(/^(public|signed-in|[a-z-]+:[a-z]+)$/)
    expect((operation.security ?? []).length > 0, name).toBe(operation['x-permission'] !== 'public')
    expect(operation.responses, name).toMatchObject({ 400: {}, 429: {}, 503: {} })
    if (operation['x-permission'] !== 'public') expect(operation.responses, name).toMatchObject({ 401: {}, 403: {} })
    if (method === 'get' && operation.responses['304'])
      expect(JSON.stringify(operation.parameters)).toContain('IfNoneMatch')
  }
  expect(JSON.stringify(api.paths['/api/v1/calendar/entries']?.post)).toContain('IdempotencyKey')
  expect(JSON.stringify(api.paths['/api/v1/auth/sign-in']?.post)).not.toContain('IdempotencyKey')
  const list = api.paths['/api/v1/calendar/entries']?.get
  expect(list?.parameters?.map(({ name }) => name)).toEqual(expect.arrayContaining(['limit', 'cursor', 'entity']))
})

test('the document of events and topics is AsyncAPI 3 by its own schema', async () => {
  const document = (await app.gateway.inject('/api/asyncapi.json')).json()
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false })
  const schemas = asyncApiSpecs.schemasWithoutId ?? asyncApiSpecs.schemas
  const validate = ajv.compile(schemas['3.0.0'] as object)
  validate(document)
  expect(validate.errors).toBeNull()
  expect(Object.keys(document.channels)).toEqual(
    expect.arrayContaining(['sentinel.calendar-changed', 'platform.session-revoked', 'live.health', 'ws']),
  )
})

test('the page to read it comes without a foreign address or a script of its own', async () => {
  const page = await app.gateway.inject('/api/docs')
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(page.body).not.toMatch(/https?:\/\/|<script>|style=|onclick/)
  const files = [...page.body.matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(([, file]) => String(file))
  expect(files).toEqual(['/api/docs/page.css', '/api/docs/page.js'])
  const types = await Promise.all(files.map(async (url) => (await app.gateway.inject(url)).headers['content-type']))
  expect(types).toEqual(['text/css; charset=utf-8', 'text/javascript; charset=utf-8'])
  expect((await app.gateway.inject('/api/docs/page.html')).statusCode).toBe(400)
})
