import { expect, test } from 'vitest'
import type { Grant, Principal } from '../../access/index.ts'
import { changedGrants, grantsWithin, mayGrant, mayManage, mergedGrants } from './rules.ts'

const g = (text: string): Grant => {
  const [role = '', domain = ''] = text.split('@')
  return { role: role as Grant['role'], domain }
}
const who = (...texts: string[]): Principal => ({ kind: 'user', id: 'u', name: 'Ada', grants: texts.map(g) })

test.each([
  ['super_admin@*', 'super_admin@*', true],
  ['super_admin@*', 'viewer@north', true],
  ['domain_admin@*', 'super_admin@*', false],
  ['domain_admin@*', 'domain_admin@*', true],
  ['domain_admin@north', 'domain_admin@north', true],
  ['domain_admin@north', 'viewer@south', false],
  ['domain_admin@north', 'viewer@*', false],
  ['domain_admin@north', 'super_admin@*', false],
  ['analyst@north', 'viewer@north', false],
])('%s may grant %s: %s', (actor, grant, may) => {
  expect(mayGrant(who(actor), g(grant))).toBe(may)
})

test('a strong role in one domain and a weak one everywhere do not add up to a strong one everywhere', () => {
  const mixed = who('domain_admin@north', 'viewer@*')
  expect(mayGrant(mixed, g('viewer@south'))).toBe(false)
  expect(mayGrant(mixed, g('domain_admin@north'))).toBe(true)
  expect(grantsWithin(mixed, [g('viewer@north'), g('viewer@south')])).toEqual([g('viewer@north')])
})

test('a person with more elsewhere is out of reach', () => {
  const lead = who('domain_admin@north')
  expect(mayManage(lead, [g('analyst@north')])).toBe(true)
  expect(mayManage(lead, [g('analyst@north'), g('viewer@south')])).toBe(false)
  expect(mayManage(lead, [g('super_admin@*')])).toBe(false)
  expect(mayManage(lead, [])).toBe(false)
  expect(mayManage(who('domain_admin@*'), [])).toBe(true)
})

test('an API key acts within its scopes only', () => {
  const key: Principal = { ...who('super_admin@*'), kind: 'key', scopes: ['user:read'] }
  expect(mayGrant(key, g('viewer@north'))).toBe(false)
})

test('a change leaves alone what the actor cannot see', () => {
  const before = [g('analyst@north'), g('viewer@south')]
  expect(mergedGrants(who('domain_admin@north'), before, [g('viewer@north')])).toEqual([
    g('viewer@south'),
    g('viewer@north'),
  ])
  expect(mergedGrants(who('domain_admin@north'), before, [])).toEqual([g('viewer@south')])
  expect(changedGrants(before, [g('viewer@south'), g('viewer@north')])).toEqual([g('analyst@north'), g('viewer@north')])
})
