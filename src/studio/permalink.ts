// Configurations as links.

import { InvalidSpecError } from '../core/errors.ts'
import { parseJson } from '../core/json.ts'
import { parseConfig, type StudioConfig, VERSION } from './config.ts'

/** Before the configuration in the fragment of an address. */
const KEY = 'study='
const ADDRESS = 'data='
/** Before what a link holds: a study with its trials, an answer with its models. */
export const SHARED = 'shared='
export const isShared = (fragment: string): boolean => fragment.startsWith(`#${SHARED}`)

/** The whole configuration as a fragment, `#study=…`: its JSON in UTF-8, as base64 for addresses (RFC 4648, 5). */
export function toPermalink(config: StudioConfig): string {
  const bytes = new TextEncoder().encode(JSON.stringify(config))
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return `#${KEY}${text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')}`
}

/** The same as an address of the page while it answers, so that a reload answers again. */
export const toAddress = (config: StudioConfig): string => toPermalink(config).replace(KEY, ADDRESS)
export const isAddress = (fragment: string): boolean => fragment.replace(/^#/, '').startsWith(ADDRESS)
/** @throws InvalidSpecError as fromPermalink */
export const fromAddress = (fragment: string): StudioConfig => fromPermalink(fragment.replace(ADDRESS, KEY))

/** Whether a fragment means to be a link to a configuration. */
export const isPermalink = (fragment: string): boolean => fragment.replace(/^#/, '').startsWith(KEY)

/** @throws InvalidSpecError saying what is wrong with the link, and what to do */
export function fromPermalink(fragment: string): StudioConfig {
  const text = fragment.replace(/^#/, '')
  if (!text.startsWith(KEY)) throw new InvalidSpecError(`this link has no configuration: what follows # must begin with ${KEY}`)
  const value = decode(text.slice(KEY.length))
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version === 'number' && version > VERSION)
    throw new InvalidSpecError(
      `this link is of version ${version}, made by a later studio; this one reads version ${VERSION}: open it there`,
    )
  try {
    return parseConfig(value)
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    throw new InvalidSpecError(`this link holds no valid configuration:\n${error.message}`)
  }
}

function decode(text: string): unknown {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const json = new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (letter) => letter.charCodeAt(0)))
    return parseJson(json)
  } catch (cause) {
    throw new InvalidSpecError(
      'this link was cut off or changed on its way: its configuration cannot be read; copy the whole of it again',
      {
        cause,
      },
    )
  }
}
