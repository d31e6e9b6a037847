/** The kinds of carmine's own documents. */
export const ownKindNames = ['Scenario', 'Suite', 'Policy', 'Telemetry'] as const
export type OwnKind = (typeof ownKindNames)[number]
