// Errors as the page shows them.

import {
  BackendUnavailableError,
  DeviceLostError,
  GpuError,
  InvalidDataError,
  InvalidSpecError,
  WorkerCrashedError,
} from '../../core/errors.ts'
import { DataUnavailableError } from '../../data/errors.ts'
import { JournalError } from '../../study/journal/errors.ts'
import type { Problem } from '../protocol.ts'

const KINDS = [
  { kind: 'data', errors: [InvalidDataError, DataUnavailableError] },
  { kind: 'configuration', errors: [InvalidSpecError] },
  { kind: 'storage', errors: [JournalError] },
  { kind: 'backend', errors: [BackendUnavailableError, GpuError, DeviceLostError, WorkerCrashedError] },
] as const

export function problemOf(error: unknown): Problem {
  const kind = KINDS.find(({ errors }) => errors.some((type) => error instanceof type))?.kind ?? 'study'
  return error instanceof Error ? { kind, name: error.name, message: error.message } : { kind, name: 'Error', message: String(error) }
}
