import { expect, test } from 'vitest'
import { delayAfter, networkOf, PATIENCE } from './rules.ts'

test('the delay begins after the free failures, doubles, and has an end', () => {
  expect([1, 4, 5, 6, 7, 8, 14, 15, 60, 5000].map((failures) => delayAfter(failures, PATIENCE.pair) / 1000)).toEqual([
    0, 0, 1, 2, 4, 8, 512, 900, 900, 900,
  ])
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['nonsense', 'unknown'],
])('%s belongs to %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})
