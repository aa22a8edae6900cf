import { notifications } from '@mantine/notifications'
import { inWords } from '../lib/api/problems.ts'

/** Something worked; goes away by itself. */
export const told = (message: string): void => {
  notifications.show({ message, color: 'green', withBorder: true, autoClose: 4000 })
}

/** Something failed; stays until it is read. */
export const failed = (title: string, error: unknown): void => {
  notifications.show({ title, message: inWords(error), color: 'vermilion', withBorder: true, autoClose: false })
}
