export * from './links/index.ts'
export * from './localise/index.ts'
