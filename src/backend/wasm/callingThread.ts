// The calling thread in a worker's place, for `workers: 0` and where none can be started. Loaded then: pages with workers need no engine of their own.

import type { StartWorker } from './host.ts'
import { Server } from './server.ts'

export const onCallingThread: StartWorker = (onResponse) => {
  const server = new Server(onResponse)
  return { post: (request) => server.receive(request), hold: () => undefined, terminate: () => undefined }
}
