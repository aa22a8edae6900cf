import type { CalendarEntry } from '@bellwether/contract/sentinel/calendar'

export const KINDS: Record<CalendarEntry['kind'], string> = {
  holiday: 'Holiday',
  promotion: 'Promotion',
  closing: 'Closing',
  payday: 'Payday',
  event: 'Event',
}

export const entityName = (entity: string): string => (entity === '*' ? 'Whole business' : entity)
