import analysisTemplate from './crd/analysis-template.json' with { type: 'json' }
import rollout from './crd/rollout.json' with { type: 'json' }
import type { FieldTree } from './field-tree.ts'

/** ObjectMeta and ServiceSpec of Kubernetes v1.34 (its OpenAPI document, /openapi/v3/api/v1). */
const metadata: FieldTree = {
  'name!': 'string',
  namespace: 'string',
  labels: { '*': 'string' },
  annotations: { '*': 'string' },
  creationTimestamp: 'string',
  deletionGracePeriodSeconds: 'integer',
  deletionTimestamp: 'string',
  finalizers: ['string'],
  generateName: 'string',
  generation: 'integer',
  managedFields: 'any',
  ownerReferences: 'any',
  resourceVersion: 'string',
  selfLink: 'string',
  uid: 'string',
}

const serviceSpec: FieldTree = {
  allocateLoadBalancerNodePorts: 'boolean',
  clusterIP: 'string',
  clusterIPs: ['string'],
  externalIPs: ['string'],
  externalName: 'string',
  externalTrafficPolicy: 'string',
  healthCheckNodePort: 'integer',
  internalTrafficPolicy: 'string',
  ipFamilies: ['string'],
  ipFamilyPolicy: 'string',
  loadBalancerClass: 'string',
  loadBalancerIP: 'string',
  loadBalancerSourceRanges: ['string'],
  ports: [
    {
      appProtocol: 'string',
      name: 'string',
      nodePort: 'integer',
      'port!': 'integer',
      protocol: 'string',
      targetPort: 'intOrString',
    },
  ],
  publishNotReadyAddresses: 'boolean',
  selector: { '*': 'string' },
  sessionAffinity: 'string',
  sessionAffinityConfig: { clientIP: { timeoutSeconds: 'integer' } },
  trafficDistribution: 'string',
  type: 'string',
}

const identifier: FieldTree = { 'name!': 'string', selector: 'any' }
const target: FieldTree = {
  averageUtilization: 'integer',
  averageValue: 'intOrString',
  'type!': 'string',
  value: 'intOrString',
}
const objectReference: FieldTree = { apiVersion: 'string', 'kind!': 'string', 'name!': 'string' }
const scalingRules: FieldTree = {
  policies: [{ 'periodSeconds!': 'integer', 'type!': 'string', 'value!': 'integer' }],
  selectPolicy: 'string',
  stabilizationWindowSeconds: 'integer',
  tolerance: 'intOrString',
}

/** HorizontalPodAutoscalerSpec of Kubernetes v1.34 (its OpenAPI document, /openapi/v3/apis/autoscaling/v2). */
const autoscalerSpec: FieldTree = {
  behavior: { scaleDown: scalingRules, scaleUp: scalingRules },
  'maxReplicas!': 'integer',
  metrics: [
    {
      containerResource: { 'container!': 'string', 'name!': 'string', 'target!': target },
      external: { 'metric!': identifier, 'target!': target },
      object: { 'describedObject!': objectReference, 'metric!': identifier, 'target!': target },
      pods: { 'metric!': identifier, 'target!': target },
      resource: { 'name!': 'string', 'target!': target },
      'type!': 'string',
    },
  ],
  minReplicas: 'integer',
  'scaleTargetRef!': objectReference,
}

export interface KindFields {
  readonly apiVersion: string
  readonly fields: { readonly [field: string]: FieldTree }
}

const argo = 'argoproj.io/v1alpha1'

/** ResourceList of Kubernetes, a map of quantities: the CRD leaves open what a container may claim. */
const amounts: FieldTree = { cpu: 'any', memory: 'any', '*': 'any' }
const wholeRollout = structuredClone(rollout)
Object.assign(wholeRollout['spec!'].template.spec['containers!'][0]!.resources, { limits: amounts, requests: amounts })

/** The kinds that are read, and all the fields that they have on a cluster. Every other kind changes nothing here. */
export const readKinds: { readonly [kind: string]: KindFields } = {
  Rollout: { apiVersion: argo, fields: { ...(wholeRollout as unknown as { [field: string]: FieldTree }), metadata } },
  AnalysisTemplate: {
    apiVersion: argo,
    fields: { ...(analysisTemplate as unknown as { [field: string]: FieldTree }), metadata },
  },
  ClusterAnalysisTemplate: {
    apiVersion: argo,
    fields: { ...(analysisTemplate as unknown as { [field: string]: FieldTree }), metadata },
  },
  Service: {
    apiVersion: 'v1',
    fields: { apiVersion: 'string', kind: 'string', metadata, 'spec!': serviceSpec, status: 'any' },
  },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    fields: { apiVersion: 'string', kind: 'string', metadata, 'spec!': autoscalerSpec, status: 'any' },
  },
}
