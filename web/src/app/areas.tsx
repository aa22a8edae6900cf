import type { Permission } from '@bellwether/contract/endpoint'
import type { Me } from '@bellwether/contract/platform/account'
import {
  type Icon,
  IconActivityHeartbeat,
  IconCalendarEvent,
  IconDevices,
  IconFlag3,
  IconHistory,
  IconKey,
  IconServer2,
  IconSettings,
  IconShieldLock,
  IconStack2,
  IconTimelineEvent,
  IconUserCircle,
  IconUsers,
} from '@tabler/icons-react'
import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router'
import { may } from '../lib/access.ts'

export interface DeskPage {
  path: string
  label: string
  icon: Icon
  /** Without it everybody who is signed in may see the page. */
  can?: Permission
  /** Words by which the palette finds it besides its label. */
  words: string
  page: RouteComponent
  /** What the palette offers to begin here: the page opens with `?add=true`. */
  begin?: { label: string; can?: Permission }
}

export interface Area {
  id: string
  label: string
  icon: Icon
  pages: readonly DeskPage[]
}

/**
 * Every page of the desk, in the order of the navigation. A line here gives a page its route, its place in the
 * navigation, its entry in the palette and its guard; an area without a page one may see is not shown.
 */
export const AREAS: readonly Area[] = [
  {
    id: 'sentinel',
    label: 'Sentinel',
    icon: IconActivityHeartbeat,
    pages: [
      {
        path: '/sentinel/calendar',
        label: 'Calendar',
        icon: IconCalendarEvent,
        can: 'calendar:read',
        words: 'holidays promotions closing payday events',
        begin: { label: 'Add a calendar entry', can: 'calendar:write' },
        page: lazyRouteComponent(() => import('../sentinel/calendar/page.tsx'), 'CalendarPage'),
      },
    ],
  },
  {
    id: 'settings',
    label: 'Settings',
    icon: IconSettings,
    pages: [
      {
        path: '/settings/profile',
        label: 'Profile',
        icon: IconUserCircle,
        words: 'name theme dark light density language locale time zone preferences',
        page: lazyRouteComponent(() => import('../platform/profile/page.tsx'), 'ProfilePage'),
      },
      {
        path: '/settings/security',
        label: 'Security',
        icon: IconShieldLock,
        words: 'password second factor mfa totp authenticator recovery codes passkey',
        page: lazyRouteComponent(() => import('../platform/security/page.tsx'), 'SecurityPage'),
      },
      {
        path: '/settings/sessions',
        label: 'Sessions',
        icon: IconDevices,
        words: 'devices browsers sign out everywhere',
        page: lazyRouteComponent(() => import('../platform/sessions/page.tsx'), 'SessionsPage'),
      },
      {
        path: '/settings/keys',
        label: 'API keys',
        icon: IconKey,
        words: 'token bearer programs scopes',
        begin: { label: 'Make an API key' },
        page: lazyRouteComponent(() => import('../platform/keys/page.tsx'), 'KeysPage'),
      },
    ],
  },
  {
    id: 'system',
    label: 'System',
    icon: IconServer2,
    pages: [
      {
        path: '/system/health',
        label: 'Health',
        icon: IconActivityHeartbeat,
        can: 'system:read',
        words: 'status parts database bus jobs up down',
        page: lazyRouteComponent(() => import('../platform/health/page.tsx'), 'HealthPage'),
      },
      {
        path: '/system/users',
        label: 'Users and roles',
        icon: IconUsers,
        can: 'user:read',
        words: 'people invite grants suspend accounts permissions',
        begin: { label: 'Invite a person', can: 'user:write' },
        page: lazyRouteComponent(() => import('../platform/users/page.tsx'), 'UsersPage'),
      },
      {
        path: '/system/flags',
        label: 'Flags',
        icon: IconFlag3,
        can: 'flag:read',
        words: 'feature rollout percentage variants kill switch openfeature',
        begin: { label: 'Add a flag', can: 'flag:write' },
        page: lazyRouteComponent(() => import('../platform/flags/page.tsx'), 'FlagsPage'),
      },
      {
        path: '/system/audit',
        label: 'Audit log',
        icon: IconHistory,
        can: 'audit:read',
        words: 'who did what changes history verify chain export',
        page: lazyRouteComponent(() => import('../platform/audit/page.tsx'), 'AuditPage'),
      },
      {
        path: '/system/events',
        label: 'Events',
        icon: IconTimelineEvent,
        can: 'system:read',
        words: 'bus facts consumer groups lag dead letters failed replay drop',
        page: lazyRouteComponent(() => import('../platform/events/page.tsx'), 'EventsPage'),
      },
      {
        path: '/system/jobs',
        label: 'Jobs',
        icon: IconStack2,
        can: 'system:read',
        words: 'queues background work schedules cron dead failed retry',
        page: lazyRouteComponent(() => import('../platform/jobs/page.tsx'), 'JobsPage'),
      },
    ],
  },
]

export const allPages: readonly DeskPage[] = AREAS.flatMap(({ pages }) => pages)

export const mayOpen = ({ can }: DeskPage, { grants }: Pick<Me, 'grants'>): boolean => !can || may(grants, can)

/** The areas with the pages this person may open. */
export const areasOf = (me: Pick<Me, 'grants'>): Area[] =>
  AREAS.map((area) => ({ ...area, pages: area.pages.filter((page) => mayOpen(page, me)) })).filter(
    ({ pages }) => pages.length > 0,
  )
