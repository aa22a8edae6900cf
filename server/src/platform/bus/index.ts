export type { Bus, DeadLetter, NewFact, Subscription } from './face.ts'
