import { en } from 'zod/locales'
import * as z from 'zod/mini'
import { excerpt } from './excerpt.ts'

/** zod/mini calls everything "Invalid input" unless a parse is given a language. */
const language = { error: /* @__PURE__ */ en().localeError }

/** Of what is wrong with it, as much is told. */
const MOST = 20
const LONGEST = 4000

/**
 * What was read from a file or a journal, as the schema types it. No person wrote it, so what is wrong is said in the schema's words.
 * @throws what `refusal` makes of the reason
 */
export function parseStored<T extends z.ZodMiniType>(schema: T, value: unknown, refusal: (reason: string) => Error): z.infer<T> {
  const result = z.safeParse(schema, value, language)
  if (!result.success) throw refusal(excerpt(z.prettifyError({ issues: result.error.issues.slice(0, MOST) }), LONGEST))
  return result.data
}
