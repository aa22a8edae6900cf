export { ConfigError, loadConfig, nearest } from './load.ts'
export { type Config, RUN_ROLES, SETTINGS } from './settings.ts'
