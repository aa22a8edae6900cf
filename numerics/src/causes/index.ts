export * from './localise/index.ts'
