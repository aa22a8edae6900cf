import { getMe } from '@bellwether/contract/platform/account'
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { z } from 'zod'
import { isRefused } from '../lib/api/problems.ts'
import { queryOf } from '../lib/api/queries.ts'
import { sessionIs } from '../lib/api/session.ts'
import { allPages, areasOf } from './areas.tsx'
import { NotFound, PageError } from './errors/error-pages.tsx'
import { Desk } from './layout/desk.tsx'
import { Loading } from './layout/loading.tsx'
import { queryClient } from './query-client.ts'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageError })

/** Where to go after the sign-in: only to a page of ours, never to another site. */
const Return = z.object({
  from: z
    .string()
    .regex(/^\/(?![/\\])/)
    .optional()
    .catch(undefined),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: Return,
  component: lazyRouteComponent(() => import('../platform/sign-in/page.tsx'), 'SignInPage'),
})
const oidc = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/oidc',
  component: lazyRouteComponent(() => import('../platform/sign-in/oidc-page.tsx'), 'OidcPage'),
})
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  component: lazyRouteComponent(() => import('../platform/sign-in/welcome-page.tsx'), 'WelcomePage'),
})

const desk = createRoute({
  getParentRoute: () => root,
  id: 'desk',
  component: Desk,
  beforeLoad: async ({ location }) => {
    try {
      const me = await queryClient.ensureQueryData(queryOf(getMe, {}))
      sessionIs('in')
      return { me }
    } catch (error) {
      if (!isRefused(error, 'unauthenticated')) throw error
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { from: location.href } })
    }
  },
})

const home = createRoute({
  getParentRoute: () => desk,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: areasOf(context.me)[0]?.pages[0]?.path ?? '/settings/profile' })
  },
})

const pages = allPages.map((page) =>
  createRoute({
    getParentRoute: () => desk,
    path: page.path,
    component: page.page,
  }),
)

export const router = createRouter({
  routeTree: root.addChildren([signIn, oidc, welcome, desk.addChildren([home, ...pages])]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingComponent: Loading,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})
