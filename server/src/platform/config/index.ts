export { ConfigError, loadConfig } from './load.ts'
export { type Config, RUN_ROLES, SETTINGS } from './settings.ts'
