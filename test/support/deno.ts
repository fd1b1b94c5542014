/** Deno's WebGPU is wgpu, and its compiler Naga, as in Firefox. */

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/**
 * The program that npm `deno` brings for this machine, found as its own bin.cjs does: no install script need have run.
 * @throws where there is none for it
 */
export const denoProgram = (): string => createRequire(import.meta.url)('deno/install_api.cjs').runInstall()

interface Exit {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program of this folder's neighbours by Deno. Never rejects because of how it ended. */
export function runDeno(script: URL, args: readonly string[]): Promise<Exit> {
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }
  const given = ['run', '--quiet', '--no-config', '--no-lock', '--unstable-webgpu', '--allow-read', fileURLToPath(script), ...args]
  return new Promise((resolve, reject) => {
    execFile(denoProgram(), given, { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (typeof error?.code === 'string') reject(error)
      else resolve({ code: error?.code ?? (error === null ? 0 : -1), stdout, stderr })
    })
  })
}
