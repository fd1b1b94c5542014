// Lets only one process on a machine run a study in a file.

import { createHash } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runsAlready } from '../errors.ts'
import { codeOf, unlessAbsent } from './system.ts'

/** Milliseconds for which the holder of a claim is asked who it is. */
const PATIENCE = 500

/**
 * Makes this process the only one of the machine to run a study of a journal's file, until what is returned is called. The claim is a socket that
 * is listened on: the system lets go of it when the process ends, however that comes, and no clock decides whether it still lives.
 * It spares a person two processes that do the same work. What they would write is right without it, as every append hangs on what was read: so
 * where a system has no such sockets, or the other process is on another machine, nobody is kept out.
 * @throws JournalError when another process runs the study
 */
export async function claimStudy(journal: string, study: string): Promise<() => Promise<void>> {
  const address = await addressOf(journal, study)
  let server = await listen(address)
  if (server === 'taken') {
    const holder = await ask(address)
    if (holder !== undefined) throw runsAlready(journal, study, holder === '' ? 'another process' : `process ${holder}`)
    // Nobody listens: it ended just now, or was killed and has left its socket's file.
    if (process.platform !== 'linux' && process.platform !== 'win32') await rm(address, { force: true })
    server = await listen(address)
    if (server === 'taken') throw runsAlready(journal, study, 'another process')
  }
  const claim = server
  return async () => void claim?.close()
}

/** By the file itself, not by one of its names. */
async function addressOf(journal: string, study: string): Promise<string> {
  const found = await unlessAbsent(stat(journal, { bigint: true }), undefined)
  const name = `espalier-${createHash('sha256').update(`${found?.dev} ${found?.ino} ${study}`).digest('hex').slice(0, 32)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  // Linux has sockets without a file, which a killed process cannot leave behind.
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`)
}

/** Undefined where there are no such sockets. It keeps no process alive. */
function listen(address: string): Promise<Server | 'taken' | undefined> {
  const server = createServer((caller) => {
    caller.on('error', () => undefined)
    caller.end(String(process.pid), () => caller.destroy())
  })
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error) === 'EADDRINUSE' ? 'taken' : undefined))
    // Not by way of the primary process of a cluster, which would let all of its workers have it.
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
