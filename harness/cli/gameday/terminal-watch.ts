/** Whether the streams that show a game are still there. Until `end`, one that breaks ends no process: what was played is saved first. */
export function watchTerminal(): { isLost(): boolean; end(): void } {
  let isLost = false
  const streams = [process.stdout, process.stderr].map(stream => ({ stream, listeners: stream.listeners('error') }))
  const note = () => {
    isLost = true
  }
  for (const { stream } of streams) {
    stream.removeAllListeners('error')
    stream.on('error', note)
  }
  return {
    isLost: () => isLost,
    end() {
      // A stream that is gone stays gone, and may say so again.
      if (isLost) return
      for (const { stream, listeners } of streams) {
        stream.off('error', note)
        for (const listener of listeners) stream.on('error', listener as (error: Error) => void)
      }
    },
  }
}
