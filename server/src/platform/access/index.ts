export { guardedFieldsIn, maskFields } from './fields.ts'
export { allows, anonymous, domainsOf, type Origin, type Principal, system } from './principal.ts'
export { type Grant, grantsOf, ROLES, type Role, roleAllows, roleCovers } from './roles.ts'
