export { type Authenticate, createGateway, type Gateway } from './gateway.ts'
export { type Answer, answer, type Call, type Route, routes } from './routes.ts'
