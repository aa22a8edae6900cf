import type { Db } from '../../storage/index.ts'

interface Row {
  issuer: string
  subject: string
  account_id: string
}

export function createExternalIdentityStore(untyped: Db) {
  const db = untyped.withTables<{ 'platform.external_identity': Row }>()
  return {
    async accountOf(issuer: string, subject: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('platform.external_identity')
        .select('account_id')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst()
      return row?.account_id
    },
    async link({ issuer, subject, accountId }: { issuer: string; subject: string; accountId: string }): Promise<void> {
      await db
        .insertInto('platform.external_identity')
        .values({ issuer, subject, account_id: accountId })
        .onConflict((conflict) => conflict.columns(['issuer', 'subject']).doNothing())
        .execute()
    },
  }
}
