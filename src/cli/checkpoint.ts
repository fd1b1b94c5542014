/** The state of a training that has not ended, in the folder of its results, so that `espalier train --resume` continues from there. */

import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { InvalidDataError } from '../core/errors.ts'
import { jsonFault, parseJson } from '../core/json.ts'
import type { Examples } from '../core/population.ts'
import { isObject } from '../core/shown.ts'
import type { TrainSpec } from '../core/spec.ts'
import { parseStored } from '../core/stored.ts'
import { readBytes } from '../data/node/files.ts'
import { codeOf, unlessAbsent } from '../data/node/system.ts'
import { replaceFile } from '../data/node/write.ts'
import { printOf } from '../study/fingerprint.ts'
import { decodeCheckpoints, encodeCheckpoints } from '../study/journal/file/checkpoint-format.ts'
import type { Checkpoint } from '../train/result.ts'
import { UsageError } from './exit.ts'

const NAME = 'checkpoint.safetensors'
export const checkpointPath = (folder: string): string => join(folder, NAME)

export const hasCheckpoint = async (folder: string): Promise<boolean> =>
  (await unlessAbsent(stat(checkpointPath(folder)), undefined)) !== undefined

/** What a result depends on: a checkpoint made with another spec or other rows belongs to another training. */
export interface Training {
  readonly spec: TrainSpec
  readonly train: Examples
  readonly test: Examples | undefined
}

const aboutSchema = z.object({ backend: z.enum(['wasm', 'webgpu']), description: z.string(), training: z.json() })

export interface Resumed {
  readonly checkpoint: Checkpoint
  /** That trained it. */
  readonly backend: 'wasm' | 'webgpu'
  readonly description: string
}

export async function saveCheckpoint(folder: string, training: Fingerprint, { checkpoint, backend, description }: Resumed): Promise<void> {
  const about = JSON.stringify({ backend, description, training })
  await replaceFile(checkpointPath(folder), encodeCheckpoints([checkpoint], { about }))
}

/** @returns undefined if there is none. @throws UsageError naming what differs, if it belongs to another training */
export async function loadCheckpoint(folder: string, training: Fingerprint): Promise<Resumed | undefined> {
  if (!(await hasCheckpoint(folder))) return undefined
  const path = checkpointPath(folder)
  const { checkpoints, about } = await readCheckpoints(path)
  const [checkpoint] = checkpoints
  if (checkpoint === undefined || about === undefined)
    throw new InvalidDataError(`${path}: this is not a checkpoint of a training; \`espalier resume\` continues a study`)
  const { training: before, ...rest } = parseStored(
    aboutSchema,
    readAbout(about, path),
    (reason) => new InvalidDataError(`${path}: ${reason}`),
  )
  const differences = compare(before, training)
  if (differences.length === 0) return { checkpoint, ...rest }
  throw new UsageError(
    `${path} is of another training: ${differences.slice(0, 5).join('; ')}; leave out --resume to begin anew, or name another folder by --out`,
  )
}

async function readCheckpoints(path: string): Promise<ReturnType<typeof decodeCheckpoints>> {
  const bytes = await readBytes(path)
  try {
    return decodeCheckpoints(bytes, path)
  } catch (cause) {
    if (!(cause instanceof InvalidDataError)) throw cause
    throw new InvalidDataError(`${cause.message}; leave out --resume to begin anew`, { cause })
  }
}

function readAbout(about: string, path: string): unknown {
  try {
    return parseJson(about)
  } catch (cause) {
    throw new InvalidDataError(`${path}: what it says of its training ${jsonFault(cause)}`, { cause })
  }
}

export const removeCheckpoint = (folder: string): Promise<void> => rm(checkpointPath(folder), { force: true })

/** Makes a folder that is named by a beginning and the time, as results/pima-20261121-193000. Another of the same second gets a number: `-2`. */
export async function newFolder(parent: string, beginning: string, now = new Date()): Promise<string> {
  await mkdir(parent, { recursive: true })
  const first = join(parent, `${beginning}${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}`)
  for (let number = 1; ; number++) {
    const folder = number === 1 ? first : `${first}-${number}`
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

/** Of such folders, the last one in which a training was interrupted. */
export async function lastInterrupted(parent: string, beginning: string): Promise<string | undefined> {
  const names = (await unlessAbsent(readdir(parent), [])).filter(
    (name) => name.startsWith(beginning) && /^\d{8}-\d{6}(-\d+)?$/.test(name.slice(beginning.length)),
  )
  for (const name of names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))) {
    const folder = join(parent, name)
    if (await hasCheckpoint(folder)) return folder
  }
  return undefined
}

export type Fingerprint = { readonly [field: string]: unknown }

/** The spec as it is; of the rows, only a fingerprint. */
export function fingerprint({ spec, train, test }: Training): Fingerprint {
  // Through JSON, as it comes back.
  return JSON.parse(JSON.stringify({ ...spec, data: printOf({ train, ...(test && { test }) }) }))
}

/** `layers[0].units was 12 and is 16`, for every value that differs. */
function compare(before: unknown, now: unknown, path = ''): string[] {
  if (isObject(before) && isObject(now) && Array.isArray(before) === Array.isArray(now)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])]
    const step = (key: string) => (Array.isArray(now) ? `[${key}]` : `${path === '' ? '' : '.'}${key}`)
    return keys.flatMap((key) => compare(before[key], now[key], path + step(key)))
  }
  const said = (value: unknown) => (value === undefined ? 'not said' : JSON.stringify(value))
  return Object.is(before, now) ? [] : [`${path} was ${said(before)} and is ${said(now)}`]
}
