/** The kinds of carmine's own documents. */
export const ownKindNames = ['Scenario', 'Suite', 'Policy', 'Promotion', 'Telemetry', 'Parameters', 'Topology'] as const
export type OwnKind = (typeof ownKindNames)[number]

/** What `carmine list` lists. */
export const listedKinds = [
  'scenarios',
  'policies',
  'suites',
  'promotions',
  'topologies',
  'faults',
  'disturbances',
  'detectors',
  'measures',
  'runs',
] as const
export type ListedKind = (typeof listedKinds)[number]
