import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { prepareShape } from '../../src/prepare/index.ts'
import { numbersSchemas } from '../../src/prepare/numbers/kinds.ts'
import type { RedisJournalOptions } from '../../src/study/journal/redis/journal.ts'
import type { StudyOptions } from '../../src/study/options.ts'
import { prunerSchema } from '../../src/study/pruner/create.ts'
import { samplerSchema } from '../../src/study/sampler/create.ts'
import { spaceSchema } from '../../src/study/space/space.ts'
import { readingShape } from '../../src/table/options.ts'

/** The pages' tables of options against what the code takes: every option of either is one of the other. */

const read = (page: string): string => readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')

interface Option {
  readonly name: string
  readonly required: boolean
}

interface Row extends Option {
  readonly unless: string
}

/** The rows of the tables whose head begins with `option`. */
const rowsOf = (text: string): Row[] =>
  [...text.matchAll(/^\| option \|.*\n\|.*\n((?:\|.*\n)*)/gm)].flatMap(([, rows = '']) =>
    [...rows.matchAll(/^\| `([^`]+)` \|([^|]*)\|/gm)].map(([, name = '', cell = '']) => ({
      name,
      required: cell.trim() === 'required',
      unless: cell.trim(),
    })),
  )
const bare = (options: readonly Option[]): Option[] => options.map(({ name, required }) => ({ name, required }))

interface JsonSchema {
  readonly const?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

const branchesOf = (schema: JsonSchema): JsonSchema[] =>
  [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((branch) => ('properties' in branch ? [branch] : branchesOf(branch)))

interface Field extends Option {
  readonly description: string
}

/** By the value of its `key`, the options of each object that a schema allows; those of a list's objects as `stages[].vary`. */
function objectsOf(schema: z.ZodMiniType, key: string): Map<string, Field[]> {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  const objects = branchesOf(json.additionalProperties ?? json).map(({ properties = {}, required = [] }) => {
    const options = Object.entries(properties)
      .filter(([name]) => name !== key)
      .flatMap(([name, property]) => [
        fieldOf(name, name, property, required),
        ...branchesOf(property.items ?? {}).flatMap((item) =>
          Object.entries(item.properties ?? {}).map(([inner, field]) => fieldOf(`${name}[].${inner}`, inner, field, item.required ?? [])),
        ),
      ])
    return [properties[key]?.const ?? '', options] as const
  })
  return new Map(objects)
}

const fieldOf = (name: string, key: string, { description = '' }: JsonSchema, required: readonly string[]): Field => ({
  name,
  required: required.includes(key),
  description,
})

const sorted = (options: readonly Option[]): Option[] => options.toSorted((a, b) => (a.name < b.name ? -1 : 1))

describe.each([
  { page: 'samplers.md', schema: samplerSchema, key: 'name' },
  { page: 'pruners.md', schema: prunerSchema, key: 'name' },
  { page: 'spaces.md', schema: spaceSchema, key: 'type' },
  { page: 'preparation.md', schema: z.discriminatedUnion('name', numbersSchemas), key: 'name' },
])('$page', ({ page, schema, key }) => {
  const objects = objectsOf(schema, key)
  /** By the name in its heading, each with what follows up to the next. */
  const sections = new Map(
    read(page)
      .split(/^## /m)
      .flatMap((section) => {
        const [, name = ''] = /^(\w+)\n/.exec(section) ?? []
        return objects.has(name) || section.includes('| option |') ? [[name, section] as const] : []
      }),
  )

  it('has a section for each, and for nothing else', () => {
    expect([...sections.keys()].toSorted()).toEqual([...objects.keys()].toSorted())
  })

  it.each([...objects])('lists the options of %s', (name, fields) => {
    const rows = rowsOf(sections.get(name) ?? '')
    expect(sorted(bare(rows))).toEqual(sorted(bare(fields)))
    for (const { name, description } of fields) {
      const [, unless] = /(\d[\d.]*|true|false) unless (?:said|given)/.exec(description) ?? []
      if (unless !== undefined) expect.soft(rows.find((row) => row.name === name)?.unless, name).toContain(unless)
    }
  })
})

it('preparation.md lists the fields of data: that prepare a table', () => {
  const [, rows = ''] = /^\| field \|.*\n\|.*\n((?:\|.*\n)*)/m.exec(read('preparation.md')) ?? []
  expect([...rows.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(prepareShape))
})

it('tables.md lists the options of readTable', () => {
  expect(rowsOf(read('tables.md')).map(({ name }) => name)).toEqual(Object.keys(readingShape))
})

it('many-machines.md lists the options of a journal in Redis', () => {
  const options: Record<keyof RedisJournalOptions, true> = { prefix: true, lease: true, patience: true, onNotice: true }
  expect(rowsOf(read('many-machines.md')).map(({ name }) => name)).toEqual(Object.keys(options))
})

it('studies.md lists the options of createStudy', () => {
  const options: Record<keyof StudyOptions, 'required' | 'optional'> = {
    name: 'optional',
    space: 'required',
    constraints: 'optional',
    outcomeConstraints: 'optional',
    objective: 'required',
    positiveClass: 'optional',
    train: 'optional',
    sampler: 'optional',
    pruner: 'optional',
    repeats: 'optional',
    batchSize: 'optional',
    maxEpochs: 'optional',
    reportEvery: 'optional',
    recordHistories: 'optional',
    seed: 'optional',
    journal: 'optional',
    checkpoints: 'optional',
  }
  const expected = Object.entries(options).map(([name, said]) => ({ name, required: said === 'required' }))
  expect(sorted(bare(rowsOf(read('studies.md'))))).toEqual(sorted(expected))
})
