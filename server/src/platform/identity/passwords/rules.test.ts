import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, test } from 'vitest'
import { passwordFault, passwordStrength } from './rules.ts'

const ada = { email: 'ada.lovelace@engine-works.example', name: 'Ada Lovelace' }

test.each([
  ['short', 'Zk4!mfQ9xvR'],
  ['common and long enough', '1qaz2wsx3edc4rfv'],
  ['a common word with a year', 'Sunshine2024!'],
  ['a common word with digits', 'password1234'],
  ['a common word spelled with look-alikes', 'P@ssw0rd!2024'],
  ['a common word twice', 'dragondragon'],
  ['two common words', 'iloveyou-dragon'],
  ['one character over and over', 'aaaaaaaaaaaaaaaa'],
  ['three characters over and over', 'abcabcabcabcabc'],
  ['rows of the keyboard', 'qwertyuiopasdfghjkl'],
  ['digits in order', '1234567890123456'],
  ['our own name', 'bellwether-2026'],
  ['their own address', 'ada.lovelace@engine-works.example'],
  ['their own name', 'AdaLovelace12'],
])('%s is refused', (_, password) => {
  expect(passwordFault(password, ada)).toEqual(expect.any(String))
  expect(passwordStrength(password, ada)).toMatchObject({ score: 0, accepted: false })
})

test.each([
  ['four unrelated words', 'correct horse battery staple'],
  ['no letters at all', '83 61 07 59 24 46'],
  ['another script', 'пароль из семи слов'],
  ['pictures', '🐑🔔🌦️🧭🚢📦🐑🔔🧭🚢📦🌦️🧶'],
  ['sixty-four characters and more', 'x7 x7 x7 the quick brown fox jumps over the lazy dog and sleeps until noon'],
  ['twelve characters of a generator', 'Zk4!mfQ9xvRp'],
])('%s is accepted', (_, password) => {
  expect(passwordFault(password, ada)).toBeUndefined()
})

test('what people make of the three thousand most common passwords is refused when it is long enough', () => {
  const made = dictionary['passwords-common']
    .filter((word) => word.length >= 6)
    .slice(0, 3000)
    .flatMap((word) => [`${word}123456`, `${word}${word}`, `${word}2024!!`, `!${word}12345`])
    .filter((password) => password.length >= 12)
  expect(made.length).toBeGreaterThan(9000)
  expect(made.filter((password) => passwordFault(password) === undefined)).toEqual([])
  expect(dictionary['passwords-common'].filter((password) => passwordFault(password) === undefined)).toEqual([])
})

test('the hint grows with what is unpredictable', () => {
  const scores = ['Zk4!mfQ9xvRp', 'Zk4!mfQ9xvRp7w#', 'correct horse battery staple'].map(
    (text) => passwordStrength(text).score,
  )
  expect(scores).toEqual([2, 3, 4])
  expect(passwordStrength('lovelace5678tkqz', ada).score).toBe(1)
})
