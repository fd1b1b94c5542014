/** The script of a worker: a server on the port that leads to whoever started it. */

import { parentPort } from './port.ts'
import type { Request } from './protocol.ts'
import { Server } from './server.ts'

const port = parentPort()
const server = new Server((response) => {
  port.post(response)
})
port.onMessage((request) => {
  server.receive(request as Request)
})
