// The MCP server: its tools over standard input and output, and a page where a person watches.

import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { escapeHtml } from '../../report/escape.ts'
import { type StudioAddress, serveStudio } from '../studio/server.ts'
import { version } from '../version.ts'
import { Answers } from './answers.ts'
import { Folder } from './folder.ts'
import { Studies } from './studies.ts'
import { callTool, type Desk, schemaFor, type Tool } from './tool.ts'
import { describe } from './tools/describe.ts'
import { learn } from './tools/learn.ts'
import { matters } from './tools/matters.ts'
import { predict } from './tools/predict.ts'
import { runStudy, stopStudy, watchStudy } from './tools/study.ts'

export interface McpOptions extends StudioAddress {
  /** All that it reads and writes is in there. */
  readonly folder: string
  readonly workers: number | undefined
}

const TOOLS: readonly Tool[] = [describe, learn, matters, predict, runStudy, watchStudy, stopStudy]

const INSTRUCTIONS = `Learns from tables on this machine; no data leave it. Call describe_table first, and settle with the person what is to be predicted and which columns are known by then. Then learn, what_matters, predict. Always tell the interval, what guessing and a straight line come to, and the verdict; where columns or settings cannot be told apart, name no order. Give the person the address of the page. Studies are for who asks which settings of a network matter.`

/** Where pages of this session are. */
const LIVE = '/live/'

/** A server that a client has begun to speak with. */
export interface McpSession {
  /** Ends when the client leaves. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

/** @throws UsageError where there is no such folder, or the port is taken */
export async function serveMcp({ folder: path, workers, host, port }: McpOptions): Promise<McpSession> {
  const folder = await Folder.open(path)
  const [answers, studies] = [new Answers(workers), new Studies(folder.path)]
  const studio = await serveStudio({ host, port }, async (asked) => {
    if (!asked.startsWith(LIVE)) return undefined
    const name = asked.slice(LIVE.length)
    if (name === '') return { html: listOf([...answers.lines(), ...studies.lines()]), again: 3 }
    return (await answers.page(name, new URL(studio.url))) ?? studies.page(name)
  })
  const desk: Desk = { folder, answers, studies, pages: { of: (name) => new URL(`${LIVE}${name}`, studio.url).href } }
  let left: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    left = resolve
  })
  const connection = serveStdio(() => serverFor(desk))
  // A client ends a server by closing its input.
  process.stdin.once('end', left).once('close', left)
  const close = async () => {
    await connection.close()
    await Promise.all([studies.close(), studio.close()])
  }
  return { ended, close }
}

function serverFor(desk: Desk): McpServer {
  const server = new McpServer(
    { name: 'espalier', title: 'espalier', version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  )
  for (const one of TOOLS) {
    const { name, title, description, isReading } = one
    const annotations = { title, readOnlyHint: isReading, destructiveHint: false, openWorldHint: false }
    server.registerTool(name, { title, description, inputSchema: schemaFor(one), annotations }, (args, context) =>
      callTool(one, args, desk, context),
    )
  }
  return server
}

const listOf = (lines: readonly { readonly name: string; readonly text: string }[]): string =>
  `<!doctype html>\n<meta charset="utf-8"><title>espalier</title><h1>This session</h1>\n<ul>${lines
    .map(({ name, text }) => `<li><a href="${LIVE}${name}">${name}</a> ${escapeHtml(text)}</li>`)
    .join('\n')}</ul>\n<p><a href="/">The studio</a></p>\n`
