// The command `espalier mcp`.

import { once } from 'node:events'
import { type Command, Option } from 'commander'
import { note, options, wholeNumber } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'

interface McpFlags {
  readonly port: number
  readonly host: string
  readonly workers?: number
}

const EXAMPLE = `
A client starts it, and speaks with it over standard input and output. Its lines in the client's configuration:

  { "mcpServers": { "espalier": { "command": "npx", "args": ["-y", "espalier", "mcp", "/home/me/data"] } } }

Its tools describe a table, learn from it, say what matters, predict, and run studies. All that they read and write is in the folder. What
is learned can be watched on a page, whose address is in every answer.`

async function mcp(folder: string, { workers, ...address }: McpFlags): Promise<ExitCode> {
  // No other command loads the protocol's library.
  const { serveMcp } = await import('../mcp/serve.ts')
  const session = await serveMcp({ ...address, folder, workers })
  note(`espalier speaks the Model Context Protocol here, for the files in ${folder}.`)
  await Promise.race([session.ended, once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await session.close()
  return EXIT.ok
}

export function addMcp(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('mcp')
    .description('serve tables, learning and studies to an assistant, by the Model Context Protocol')
    .argument('[folder]', 'the folder that it may read and write', '.')
    .addOption(new Option('--port <n>', 'where the page is; 0 takes any that is free').argParser(wholeNumber(0, 65_535)).default(0))
    .option('--host <address>', 'who may open the page: by default only this machine', '127.0.0.1')
    .addOption(options.workers())
    .addHelpText('after', EXAMPLE)
    .action(async (folder: string, given: McpFlags) => finish(await mcp(folder, given)))
}
