import { z } from 'zod'
import { event } from '../event.ts'
import { CalendarEntry } from './calendar.ts'

export const CalendarChanged = event('sentinel.calendar-changed', 1, {
  summary: 'An entry of the business calendar was added, changed or removed',
  data: z.object({ entry: CalendarEntry, change: z.enum(['added', 'changed', 'removed']) }),
})
