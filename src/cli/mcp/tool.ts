// What a tool of the MCP server is, and how its calls end.

import type { CallToolResult, ServerContext, StandardSchemaWithJSON } from '@modelcontextprotocol/server'
import * as z from 'zod/mini'
import { EspalierError } from '../../core/errors.ts'
import { parseExact } from '../../core/validate.ts'
import { visible } from '../../core/visible.ts'
import { fileError } from '../exit.ts'
import { withoutSecrets } from '../output.ts'
import { reportsGoTo } from '../version.ts'
import type { Answers } from './answers.ts'
import type { Call } from './call.ts'
import type { Folder } from './folder.ts'
import type { Studies } from './studies.ts'

/** What all tools work with. */
export interface Desk {
  readonly folder: Folder
  readonly answers: Answers
  readonly studies: Studies
  readonly pages: {
    /** The address of the page of an answer or a study. */
    of(name: string): string
  }
}

/** What a call comes to: words for the model, and the same as data for programs. */
export interface Told {
  readonly text: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly schema: z.ZodMiniObject
  /** Whether it changes nothing, neither files nor what runs. */
  readonly isReading: boolean
  run(args: unknown, desk: Desk, call: Call): Promise<Told>
}

/** A tool whose arguments are checked before it runs, and refused in this package's words. */
export function tool<Shape extends z.core.$ZodLooseShape>(
  given: Omit<Tool, 'schema' | 'run'> & {
    readonly fields: Shape
    readonly run: (args: z.infer<z.ZodMiniObject<Shape, z.core.$strict>>, desk: Desk, call: Call) => Promise<Told>
  },
): Tool {
  const { fields, run, ...rest } = given
  const schema = z.strictObject(fields)
  return { ...rest, schema, run: (args, desk, call) => run(parseExact(schema, args ?? {}), desk, call) }
}

/** Tells a client what the arguments are. They are checked by the tool itself, whose words name the field and what is allowed. */
export function schemaFor({ schema }: Tool): StandardSchemaWithJSON<unknown, unknown> {
  const json = () => z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>
  return { '~standard': { version: 1, vendor: 'espalier', validate: (value) => ({ value }), jsonSchema: { input: json, output: json } } }
}

/** Runs a tool for a client; whatever goes wrong comes back as words that say what to do. */
export async function callTool(given: Tool, args: unknown, desk: Desk, { mcpReq }: ServerContext): Promise<CallToolResult> {
  const { progressToken } = mcpReq._meta ?? {}
  let furthest = 0
  const progress = (done: number, note: string): void => {
    if (progressToken === undefined || mcpReq.signal.aborted) return
    // A protocol's progress only grows.
    furthest = Math.max(furthest + 1e-6, Math.min(done, 1))
    const params = { progressToken, progress: furthest, total: 1, message: clean(note) }
    mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined)
  }
  try {
    const { text, data } = await given.run(args, desk, { signal: mcpReq.signal, progress })
    return { content: [{ type: 'text', text: clean(text) }], structuredContent: { ...data } }
  } catch (error) {
    return { isError: true, content: [{ type: 'text', text: clean(wordsOf(error)) }] }
  }
}

/** Names and values come from other people's files. */
const clean = (text: string): string => visible(withoutSecrets(text))

function wordsOf(error: unknown): string {
  const expected = error instanceof EspalierError ? error.message : fileError(error)
  if (expected !== undefined) return expected
  if (error instanceof Error && error.name === 'AbortError') return 'stopped before there was anything to tell'
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `${stack}\nThis is a fault of espalier itself: please report it to ${reportsGoTo}.`
}
