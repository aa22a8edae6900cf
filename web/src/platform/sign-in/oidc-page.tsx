import { oidcFinish } from '@bellwether/contract/platform/session'
import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { inWords } from '../../lib/api/problems.ts'
import { call, tellTabs } from '../../lib/api/session.ts'
import { Notice } from '../../ui/status.tsx'
import { Frame } from './frame.tsx'
import { takeReturn } from './return.ts'

/** Where the provider sends the browser back to. It posts what came with it, because our cookies stay home on a navigation from another site. */
export function OidcPage() {
  const navigate = useNavigate()
  const [problem, setProblem] = useState<string>()
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return // the code works once; development mounts twice
    begun.current = true
    const body = oidcFinish.body.safeParse(Object.fromEntries(new URLSearchParams(location.search)))
    if (!body.success) return setProblem('This address lacks what the provider should have sent. Begin again.')
    call(oidcFinish, { body: body.data }, { plain: true })
      .then(tellTabs)
      .then(() => navigate({ href: takeReturn(), replace: true }))
      .catch((error: unknown) => setProblem(inWords(error)))
  }, [navigate])
  return (
    <Frame title={problem ? 'That did not work' : 'Signing you in…'}>
      {problem && (
        <div style={{ display: 'grid', gap: '1rem' }}>
          <Notice level="bad">{problem}</Notice>
          <Button component={Link} to="/sign-in">
            Back to the sign-in
          </Button>
        </div>
      )}
    </Frame>
  )
}
