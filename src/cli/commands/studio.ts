// The command `espalier studio`.

import { once } from 'node:events'
import { type Command, Option } from 'commander'
import { note, print, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { type StudioAddress, serveStudio } from '../studio/server.ts'

const EXAMPLE = `
Open the address it prints in a browser. Drop a table of data on the page, say what to try, and press Run. Everything is computed in
that browser and kept there; no data leave it. The page is a folder of files, which any web server can host:

  node_modules/espalier/dist/studio`

async function studio(address: StudioAddress): Promise<ExitCode> {
  const server = await serveStudio(address)
  print(server.url)
  note('Open this address in a browser; Ctrl-C ends.')
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await server.close()
  return EXIT.ok
}

export function addStudio(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('studio')
    .description('serve the studio: a page where a study is made, run and read without code')
    .addOption(new Option('--port <n>', 'where; 0 takes any that is free').argParser(wholeNumber(0, 65_535)).default(8470))
    .option('--host <address>', 'who may open it: by default only this machine', '127.0.0.1')
    .addHelpText('after', EXAMPLE)
    .action(async (address: StudioAddress) => finish(await studio(address)))
}
