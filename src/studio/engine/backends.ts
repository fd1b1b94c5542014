// The open backends, shared by all studies that want the same one.

import type { Backend } from '../../backend/backend.ts'
import { openBackend } from '../../backend/open.ts'
import type { StudioConfig } from '../config.ts'

type BackendConfig = StudioConfig['backend']

interface Shared {
  readonly opened: Promise<Backend>
  users: number
}

/** Backends that are open, each shared by whoever wants the same one: its workers are as many as there are processor cores. */
export class Backends {
  readonly #shared = new Map<string, Shared>()

  /** Works with a backend, which is closed when nobody uses it any more. @throws BackendUnavailableError */
  async use<T>(config: BackendConfig, work: (backend: Backend) => Promise<T>): Promise<T> {
    const key = JSON.stringify(config)
    const shared = this.#shared.get(key) ?? { opened: open(config), users: 0 }
    this.#shared.set(key, shared)
    shared.users++
    try {
      return await work(await shared.opened)
    } finally {
      shared.users--
      if (shared.users === 0) {
        this.#shared.delete(key)
        await shared.opened.then(
          (backend) => backend.dispose(),
          () => undefined,
        )
      }
    }
  }
}

const open = ({ prefer, workers }: BackendConfig): Promise<Backend> => openBackend({ prefer, ...(workers === null ? {} : { workers }) })
