import { type FieldRow, holdsAnyway, honoured, inert, under } from './field-row.ts'
import { named, namespaced, objectFields, reported, unread } from './object-fields.ts'

export const serviceFields: readonly FieldRow[] = [
  ...objectFields,
  named,
  reported,
  namespaced,
  unread,
  honoured('spec.selector.**'),
  inert(holdsAnyway, ...under('spec', 'publishNotReadyAddresses', 'sessionAffinity', 'sessionAffinityConfig.**')),
  inert(
    'a simulated Service spreads requests evenly over ready pods, whatever its address and wherever its callers are',
    ...under('spec', 'allocateLoadBalancerNodePorts', 'clusterIP', 'clusterIPs.**', 'externalIPs.**', 'externalName'),
    ...under('spec', 'externalTrafficPolicy', 'healthCheckNodePort', 'internalTrafficPolicy', 'ipFamilies.**'),
    ...under('spec', 'ipFamilyPolicy', 'loadBalancerClass', 'loadBalancerIP', 'loadBalancerSourceRanges.**', 'type'),
    'spec.trafficDistribution',
  ),
  inert(
    'a simulated container answers on every port',
    ...under('spec.ports[]', 'appProtocol', 'name', 'nodePort', 'port', 'protocol', 'targetPort'),
  ),
]
