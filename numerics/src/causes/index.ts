export * from './contributions/index.ts'
export * from './incident/index.ts'
export * from './links/index.ts'
export * from './localise/index.ts'
