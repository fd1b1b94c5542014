import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { safely, TOO_MANY } from './faults.ts'

/** zod/mini calls everything "Invalid input" unless a parse is given a language. */
const language = { error: /* @__PURE__ */ en().localeError }

/** Of what is wrong with it, so many faults are told. */
const MOST = 20

/**
 * What was read from a file or a journal, as the schema types it. No person wrote it, so what is wrong is said in the schema's words.
 * @throws what `refusal` makes of the reason
 */
export function parseStored<T extends z.ZodMiniType>(schema: T, value: unknown, refusal: (reason: string) => Error): z.infer<T> {
  const result = safely(() => z.safeParse(schema, value, language))
  if (result === undefined) throw refusal(TOO_MANY)
  if (!result.success) throw refusal(z.prettifyError({ issues: result.error.issues.slice(0, MOST) }))
  return result.data
}
