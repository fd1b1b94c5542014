import { en } from 'zod/locales'
import * as z from 'zod/mini'

/** zod/mini calls everything "Invalid input" unless a parse is given a language. */
const language = { error: /* @__PURE__ */ en().localeError }

/**
 * What was read from a file or a journal, as the schema types it. No person wrote it, so what is wrong is said in the schema's words.
 * @throws what `refusal` makes of the reason
 */
export function parseStored<T extends z.ZodMiniType>(schema: T, value: unknown, refusal: (reason: string) => Error): z.infer<T> {
  const result = z.safeParse(schema, value, language)
  if (!result.success) throw refusal(z.prettifyError(result.error))
  return result.data
}

/** As z.record, with every name that people may give: z.record leaves out `__proto__`. */
export const recordOf = <T extends z.ZodMiniType>(value: T) =>
  z.pipe(
    z.custom<Readonly<Record<string, unknown>>>((given) => typeof given === 'object' && given !== null && !Array.isArray(given), {
      error: 'Invalid input: expected record',
    }),
    z.transform(
      (given, context): Record<string, z.infer<T>> =>
        Object.fromEntries(
          Object.entries(given).map(([name, item]) => {
            const result = z.safeParse(value, item, language)
            for (const { message, path } of result.error?.issues ?? [])
              context.issues.push({ code: 'custom', message, path: [name, ...path], input: item })
            return [name, result.data as z.infer<T>]
          }),
        ),
    ),
  )
