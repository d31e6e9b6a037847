import { buildSubjectImage } from '../../../clusters/stage/images.ts'
import { readClusterSettings } from '../../../clusters/stage/settings.ts'
import { runTool } from '../../../clusters/stage/tool.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

export interface ImageOptions {
  /** Name in a registry, to push it to. */
  readonly push?: string | undefined
}

/** Builds the image of the service under test, and prints its name. */
export async function image({ push }: ImageOptions, context: CommandContext): Promise<ExitCode> {
  const { interrupted: signal } = context
  const built = await buildSubjectImage(readClusterSettings(process.env).nodeBaseImage, signal)
  if (push !== undefined) {
    await runTool('docker', ['tag', built, push], { signal })
    await runTool('docker', ['push', '--quiet', push], { signal, timeoutMs: 600_000 })
  }
  context.writeResult(`${push ?? built}\n`)
  return exitCodes.pass
}
