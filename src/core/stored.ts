// Parses JSON that was stored or came from outside against a schema, with readable errors.

import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { safely, TOO_MANY } from './faults.ts'

/** zod/mini calls everything "Invalid input" without a language for the parse. */
const language = { error: /* @__PURE__ */ en().localeError }

/** How many of its faults a message lists. */
const MOST = 20

/**
 * A value read from a file or a journal, typed by the schema. No person wrote it, so faults are reported in the schema's words.
 * @throws the error that `refusal` makes from the reason
 */
export function parseStored<T extends z.ZodMiniType>(schema: T, value: unknown, refusal: (reason: string) => Error): z.infer<T> {
  const result = safely(() => z.safeParse(schema, value, language))
  if (result === undefined) throw refusal(TOO_MANY)
  if (!result.success) throw refusal(z.prettifyError({ issues: result.error.issues.slice(0, MOST) }))
  return result.data
}

/** Like z.record, but with every name that people may give: z.record leaves out `__proto__`. */
export function recordOf<T extends z.ZodMiniType>(value: T) {
  const all = z.record(z.string(), value)
  return z.pipe(
    z.unknown(),
    z.transform((given, context): Record<string, z.infer<T>> => {
      const result = z.safeParse(all, given, language)
      const named = isObject(given) && Object.hasOwn(given, PROTO) ? z.safeParse(value, Reflect.get(given, PROTO), language) : undefined
      for (const { message, path } of result.error?.issues ?? [])
        context.issues.push({ code: 'custom', message, path: [...path], input: given })
      for (const { message, path } of named?.error?.issues ?? [])
        context.issues.push({ code: 'custom', message, path: [PROTO, ...path], input: given })
      return named === undefined ? (result.data ?? {}) : { ...result.data, [PROTO]: named.data as z.infer<T> }
    }),
  )
}

const PROTO = '__proto__'
const isObject = (given: unknown): given is object => typeof given === 'object' && given !== null
