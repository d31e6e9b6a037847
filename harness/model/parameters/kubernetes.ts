import * as z from 'zod'
import { interval, lognormalTime, share, time, value } from './entries.ts'

/** Nodes, pods' lives, images and the HorizontalPodAutoscaler's controller. */
export const kubernetes = z.strictObject({
  nodes: value(z.int().min(1).max(100)).meta({ description: 'Machines that the pods of the service are spread over' }),
  pod: z.strictObject({
    schedule: lognormalTime.meta({ description: 'Creation to binding' }),
    initContainer: lognormalTime.meta({ description: 'Start to end of one init container' }),
    start: lognormalTime.meta({ description: 'Image present to process running' }),
    application: lognormalTime.meta({ description: 'Process running to answering' }),
    route: lognormalTime.meta({ description: 'Ready to routed to by every proxy' }),
    idleMemory: value(z.number().min(0)).meta({
      description: 'Working set of an idle process, in bytes; half the limit at most',
    }),
    terminate: lognormalTime.meta({ description: 'SIGTERM to exit' }),
  }),
  image: z.strictObject({
    cached: share.meta({ description: 'A new image is on a node already' }),
    size: value(z.number().positive()).meta({ description: 'Median of an image, compressed, in bytes' }),
    sizeSigma: value(z.number().min(0).max(5)).meta({
      description: 'Standard deviation of the natural log, over images',
    }),
    rate: value(z.number().positive()).meta({ description: 'Median of pull and unpacking, in bytes a second' }),
    rateSigma: value(z.number().min(0).max(5)).meta({ description: 'The same, over nodes' }),
    overhead: time.meta({ description: 'Of every pull, whatever the size' }),
    refusal: lognormalTime.meta({ description: "The registry's answer that there is no such image" }),
  }),
  autoscaler: z.strictObject({
    sync: interval.meta({ description: 'Between two decisions' }),
    tolerance: share.meta({ description: 'A usage this near to its target changes nothing' }),
    downscaleStabilization: time.meta({ description: 'How far back the highest wish for pods holds' }),
    cpuInitialization: time.meta({ description: 'After its start a pod counts only while it is ready' }),
    initialReadinessDelay: time.meta({
      description: 'So long after its start a pod that becomes ready does so for the first time',
    }),
    metricsResolution: interval.meta({ description: 'Between two samples of metrics-server, and their window' }),
  }),
})
export type KubernetesParameters = z.output<typeof kubernetes>
