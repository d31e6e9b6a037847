/**
 * Writes the field trees of the Argo Rollouts CRDs, from the install.yaml of a release (v1.9.1 now):
 *
 *     node clusters/manifests/oracle/record-crd-fields.ts install.yaml
 *     npx biome check --write clusters/manifests/crd
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseAllDocuments } from 'yaml'
import type { FieldTree, FieldType } from '../field-tree.ts'

interface OpenApiSchema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly required?: readonly string[]
  readonly items?: OpenApiSchema
  readonly additionalProperties?: OpenApiSchema
  readonly 'x-kubernetes-int-or-string'?: boolean
}

interface CustomResourceDefinition {
  readonly kind: string
  readonly spec: {
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: OpenApiSchema } }[]
  }
}

/** Left out: what the controller reports, and the pod specs of the job provider and of experiments, which are refused as a whole. */
const opaque = [
  'status',
  'spec.metrics[].provider.job.spec',
  'spec.strategy.canary.steps[].experiment.templates[].template',
]

function treeOf(schema: OpenApiSchema, path: string): FieldTree {
  if (opaque.includes(path)) return 'any'
  if (schema['x-kubernetes-int-or-string']) return 'intOrString'
  if (schema.items) return [treeOf(schema.items, `${path}[]`)]
  if (schema.additionalProperties) return { '*': treeOf(schema.additionalProperties, `${path}.*`) }
  if (!schema.properties)
    return schema.type === undefined || schema.type === 'object' ? 'any' : (schema.type as FieldType)
  const required = new Set(schema.required)
  const fields = Object.entries(schema.properties).map(([name, field]) => [
    required.has(name) ? `${name}!` : name,
    treeOf(field, path === '' ? name : `${path}.${name}`),
  ])
  return Object.fromEntries(fields)
}

const [install] = process.argv.slice(2)
if (install === undefined) throw new Error('usage: node clusters/manifests/oracle/record-crd-fields.ts install.yaml')
for (const document of parseAllDocuments(readFileSync(install, 'utf8'))) {
  const definition = document.toJS() as CustomResourceDefinition | null
  if (definition?.kind !== 'CustomResourceDefinition') continue
  const name = { Rollout: 'rollout', AnalysisTemplate: 'analysis-template' }[definition.spec.names.kind]
  if (name === undefined) continue
  const tree = treeOf(definition.spec.versions[0]!.schema.openAPIV3Schema, '')
  writeFileSync(new URL(`../crd/${name}.json`, import.meta.url), `${JSON.stringify(tree, null, 2)}\n`)
}
