import { exportAudit } from '@bellwether/contract/platform/audit'
import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { callForFile } from '../../lib/api/session.ts'
import { saveBlob } from '../../lib/csv.ts'
import { failed } from '../../ui/toast.ts'

/** The whole log as one file that can be verified without us. */
export function ExportLog() {
  const [busy, setBusy] = useState(false)
  async function run() {
    setBusy(true)
    try {
      const { blob, name } = await callForFile(exportAudit, {})
      saveBlob(name ?? `bellwether-audit-${new Date().toISOString().slice(0, 10)}.ndjson.gz`, blob)
    } catch (error) {
      failed('The log could not be exported', error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} stroke={1.7} />}
      loading={busy}
      onClick={() => void run()}
    >
      Export the whole log
    </Button>
  )
}
