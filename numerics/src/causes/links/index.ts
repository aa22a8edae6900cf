export { conditionalLinks, type LaggedLink, type LinkOptions, type LinkReport } from './conditional-links.ts'
export { adjustForDiscovery } from './false-discovery.ts'
export { type GrangerTest, grangerTest } from './granger.ts'
export { type CrossCorrelation, prewhitenedCorrelation } from './prewhitened.ts'
