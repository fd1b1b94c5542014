import { fileURLToPath } from 'node:url'

export default {
  // Where the modules are that this folder shares with the other fixtures.
  turbopack: { root: fileURLToPath(new URL('..', import.meta.url)) },
  // Trains on the server, in workers whose script stays where it is installed.
  serverExternalPackages: ['espalier'],
}
