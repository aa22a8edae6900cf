import type { Permission } from '@bellwether/contract/endpoint'
import type { Me } from '@bellwether/contract/platform/account'
import { createContext, useContext } from 'react'
import { may } from './access.ts'

export const MeContext = createContext<Me | undefined>(undefined)

/** Who is signed in. Only pages within the desk are drawn with somebody. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('this page is drawn outside of the desk, where nobody is signed in')
  return me
}

export function useMay(): (permission: Permission, domain?: string) => boolean {
  const { grants } = useMe()
  return (permission, domain) => may(grants, permission, domain)
}
