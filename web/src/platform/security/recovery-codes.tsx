import { renewRecoveryCodes, type SecondFactor } from '@bellwether/contract/platform/second-factor'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useAct } from '../../lib/api/queries.ts'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Section } from '../../ui/page.tsx'
import { Status } from '../../ui/status.tsx'
import { ShowCodes } from './show-codes.tsx'
import { FACTORS } from './totp.tsx'

const FEW = 3

export function RecoveryCodes({ factors }: { factors: SecondFactor | undefined }) {
  const [asking, setAsking] = useState(false)
  const [codes, setCodes] = useState<string[]>()
  if (!factors || (!factors.totp && factors.passkeys === 0)) return null
  const left = factors.recoveryCodesLeft
  return (
    <Section
      title="Recovery codes"
      description="For the day the phone is lost. Each works once."
      actions={
        <Button variant="default" onClick={() => setAsking(true)}>
          Make new ones
        </Button>
      }
    >
      <div>
        <Status level={left > FEW ? 'good' : 'warn'}>{left === 1 ? '1 code left' : `${left} codes left`}</Status>
      </div>
      {asking && <AskRenew onClose={() => setAsking(false)} onRenewed={setCodes} />}
      <Dialog
        title="Keep these recovery codes"
        open={codes !== undefined && !asking}
        onClose={() => setCodes(undefined)}
        keep
      >
        {codes && <ShowCodes codes={codes} onDone={() => setCodes(undefined)} />}
      </Dialog>
    </Section>
  )
}

function AskRenew({ onClose, onRenewed }: { onClose: () => void; onRenewed: (codes: string[]) => void }) {
  const renew = useAct(renewRecoveryCodes, {
    refreshes: FACTORS,
    onDone: ({ recoveryCodes }) => onRenewed(recoveryCodes),
  })
  return (
    <Confirm
      title="Make new recovery codes?"
      act="Make new ones"
      harmless
      onClose={onClose}
      onAct={() => renew.mutateAsync({ body: {} })}
    >
      The codes you have now stop working.
    </Confirm>
  )
}
