// Lets only one process on a machine run a study in a file.

import { createHash } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runsAlready } from '../errors.ts'
import { codeOf, unlessAbsent } from './system.ts'

/** How long to wait for the holder of a claim to say who it is, in ms. */
const PATIENCE = 500

/**
 * Makes this process the only one on the machine to run a study of a journal file, until the returned function is called. The claim is a listening
 * socket: the system releases it when the process ends, for whatever reason, and no clock decides whether the process is still alive.
 * It prevents two processes from doing the same work. What they write would be right without it, because every append depends on what was read. So
 * where a system has no such sockets, or the other process is on another machine, nothing is prevented.
 * @throws JournalError when another process runs the study
 */
export async function claimStudy(journal: string, study: string): Promise<() => Promise<void>> {
  const address = await addressOf(journal, study)
  let server = await listen(address)
  if (server === 'taken') {
    const holder = await ask(address)
    if (holder !== undefined) throw runsAlready(journal, study, holder === '' ? 'another process' : `process ${holder}`)
    // Nobody is listening: the process has just ended, or was killed and has left its socket's file.
    if (process.platform !== 'linux' && process.platform !== 'win32') await rm(address, { force: true })
    server = await listen(address)
    if (server === 'taken') throw runsAlready(journal, study, 'another process')
  }
  const claim = server
  return async () => void claim?.close()
}

/** Identifies the file itself, not one of its names. */
async function addressOf(journal: string, study: string): Promise<string> {
  const found = await unlessAbsent(stat(journal, { bigint: true }), undefined)
  const name = `espalier-${createHash('sha256').update(`${found?.dev} ${found?.ino} ${study}`).digest('hex').slice(0, 32)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  // Linux has sockets without a file, which a killed process cannot leave behind.
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
}

/** Undefined if there are no such sockets. It does not keep the process alive. */
function listen(address: string): Promise<Server | 'taken' | undefined> {
  const server = createServer((caller) => {
    caller.on('error', () => undefined)
    caller.end(String(process.pid), () => caller.destroy())
  })
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error) === 'EADDRINUSE' ? 'taken' : undefined))
    // Not through the primary process of a cluster, which would give it to all of its workers.
    server.listen({ path: address, exclusive: true }, () => resolve(server.unref()))
  })
}

/** What the holder says about itself: its process id, or '' when it is too busy to answer; undefined when there is none. */
function ask(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = ''
    const caller = connect(address)
    const end = (said: string | undefined) => {
      caller.destroy()
      resolve(said)
    }
    caller.setTimeout(PATIENCE, () => end(answer))
    caller.on('data', (chunk) => {
      answer += chunk.toString()
    })
    caller.on('end', () => end(answer))
    caller.on('error', () => end(undefined))
  })
}
