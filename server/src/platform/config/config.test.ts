import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ConfigError, loadConfig } from './index.ts'

const problems = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}
const file = (content: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'config-')), 'bellwether.json')
  writeFileSync(path, content)
  return path
}

test('without any setting everything has its default', () => {
  expect(loadConfig({})).toMatchObject({
    port: 7400,
    host: '127.0.0.1',
    demo: true,
    logLevel: 'info',
    roles: expect.arrayContaining(['gateway']),
  })
})

test('the environment goes before the file, the file before the default', () => {
  const path = file('{"port": 9000, "host": "0.0.0.0", "demo": false}')
  expect(loadConfig({ BELLWETHER_CONFIG: path, BELLWETHER_PORT: '8000' })).toMatchObject({
    port: 8000,
    host: '0.0.0.0',
    demo: false,
  })
})

test('an empty variable counts as not set', () => {
  expect(loadConfig({ BELLWETHER_PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 7400, databaseUrl: undefined })
})

test('all that is wrong is told at once', () => {
  expect(
    problems({
      BELLWETHER_PORT: '70000',
      BELLWETHER_DEMO: 'maybe',
      BELLWETHER_TLS_CERT: 'a.pem',
      DATABASE_URL: 'mysql://x',
    }).length,
  ).toBe(4)
})

test('an unknown name is refused with the nearest known one', () => {
  expect(problems({ BELLWETHER_PROT: '1' })).toEqual([
    'BELLWETHER_PROT is not a setting; did you mean BELLWETHER_PORT?',
  ])
  expect(problems({ BELLWETHER_CONFIG: file('{"databseUrl": "x"}') })).toEqual([
    '"databseUrl" in the configuration file is not a setting; did you mean "databaseUrl"?',
  ])
})

test('a file that is no JSON object is told', () => {
  expect(problems({ BELLWETHER_CONFIG: '/nowhere/bellwether.json' })[0]).toMatch(/cannot be read/)
  expect(problems({ BELLWETHER_CONFIG: file('[1]') })[0]).toMatch(/must hold one JSON object/)
})

test('the value of a secret is never repeated', () => {
  expect(problems({ BELLWETHER_KEK: 'hunter2', DATABASE_URL: 'postgre://app:hunter2@db' }).join()).not.toContain(
    'hunter2',
  )
})
