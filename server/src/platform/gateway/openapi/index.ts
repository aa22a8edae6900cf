export { documentRoutes } from './documents.ts'
export { openApiOf } from './openapi.ts'
