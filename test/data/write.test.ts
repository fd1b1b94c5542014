import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { FileWriteError, isLeftOf, replaceFile, replaceFiles } from '../../src/data/node/write.ts'
import { root, temporaryFolder } from '../cli/support.ts'

const isRoot = process.getuid?.() === 0
/** The writer as a module that programs of their own import. */
let writer = ''
beforeAll(async () => {
  writer = join(root, '.cache/test-write.mjs')
  await build({ entryPoints: [join(root, 'src/data/node/write.ts')], outfile: writer, bundle: true, format: 'esm', platform: 'node' })
})

const program = (code: string) => `import { replaceFile, replaceFiles } from ${JSON.stringify(pathToFileURL(writer).href)}\n${code}`

/** Runs a program that is given the writer and a path as `path`. */
function runWriter(path: string, code: string, options: Parameters<typeof spawnSync>[2] = {}) {
  const text = program(`const path = ${JSON.stringify(path)}\n${code}`)
  return spawnSync(process.execPath, ['--input-type=module', '--eval', text], { encoding: 'utf8', ...options })
}

describe('a file that is written', () => {
  it('is another one than before, so that who has the old one open or linked keeps it whole', async () => {
    const folder = temporaryFolder()
    const [path, kept] = [join(folder, 'a.bin'), join(folder, 'kept.bin')]
    writeFileSync(path, 'old')
    linkSync(path, kept)
    await replaceFile(path, Uint8Array.of(1, 2, 3))
    expect([...readFileSync(path)]).toEqual([1, 2, 3])
    expect(readFileSync(kept, 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['a.bin', 'kept.bin'])
  })

  it('keeps its mode, and is made with the usual one', async () => {
    const folder = temporaryFolder()
    for (const mode of [0o600, 0o640, 0o755, 0o666]) {
      const path = join(folder, mode.toString(8))
      writeFileSync(path, 'old')
      chmodSync(path, mode)
      await replaceFile(path, 'new')
      expect({ mode: statSync(path).mode & 0o7777, text: readFileSync(path, 'utf8') }).toEqual({ mode, text: 'new' })
    }
    const [own, usual] = [join(folder, 'own'), join(folder, 'usual')]
    await replaceFile(own, 'new')
    writeFileSync(usual, 'new')
    expect(statSync(own).mode).toBe(statSync(usual).mode)
  })

  it.runIf(isRoot)('keeps its owner', async () => {
    const path = join(temporaryFolder(), 'a')
    writeFileSync(path, 'old')
    execFileSync('chown', ['65534:65534', path])
    await replaceFile(path, 'new')
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 65534 })
  })

  it('is what a symbolic link leads to, and the link stays', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'far/deep'), { recursive: true })
    const target = join(folder, 'far/target')
    writeFileSync(target, 'old')
    symlinkSync(target, join(folder, 'absolute'))
    symlinkSync('far/target', join(folder, 'relative'))
    symlinkSync('relative', join(folder, 'twice'))
    symlinkSync('far/absent', join(folder, 'dangling'))
    // A ".." in a link is of the folder that the path really leads to.
    symlinkSync('far/deep', join(folder, 'folder'))
    symlinkSync('../target', join(folder, 'far/deep/up'))
    for (const name of ['absolute', 'relative', 'twice', 'folder/up']) {
      const path = join(folder, name)
      const link = readlinkSync(path)
      await replaceFile(path, name)
      expect(lstatSync(path).isSymbolicLink()).toBe(true)
      expect(readlinkSync(path)).toBe(link)
      expect(readFileSync(target, 'utf8')).toBe(name)
    }
    await replaceFile(join(folder, 'dangling'), 'made')
    expect(readFileSync(join(folder, 'far/absent'), 'utf8')).toBe('made')
  })

  it('may have any name, of any length', async () => {
    const folder = temporaryFolder()
    for (const name of ['x'.repeat(255), 'ü'.repeat(127), '-', ' ', '%', 'a b.onnx', '.hidden']) {
      await replaceFile(join(folder, name), 'new')
      expect(readFileSync(join(folder, name), 'utf8')).toBe('new')
    }
    expect(readdirSync(folder)).toHaveLength(7)
  })

  it('may be a pipe, which is written straight', async () => {
    const pipe = join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] })
    let read = ''
    reader.stdout.on('data', (chunk: Buffer) => {
      read += chunk.toString()
    })
    await Promise.all([replaceFile(pipe, 'through'), once(reader, 'close')])
    expect(read).toBe('through')
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })

  it("may be the process's own output, after what was printed before", () => {
    const folder = temporaryFolder()
    for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
      const out = join(folder, 'out')
      writeFileSync(out, 'there before\n')
      const descriptor = openSync(out, 'a')
      runWriter(name, "process.stdout.write('first\\n'); await replaceFile(path, 'second\\n'); console.log('third')", {
        stdio: ['ignore', descriptor, 'inherit'],
      })
      closeSync(descriptor)
      expect(readFileSync(out, 'utf8')).toBe('there before\nfirst\nsecond\nthird\n')
    }
  })
})

describe('a file that cannot be written', () => {
  const refused = async (path: string) => {
    const error = await replaceFile(path, 'new').then(
      () => undefined,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(FileWriteError)
    return error as FileWriteError
  }

  it('says where and why', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'old')
    symlinkSync('round', join(folder, 'round'))
    const cases: readonly (readonly [path: string, reason: string, isOfPath: boolean])[] = [
      [join(folder, 'none/a'), 'there is no such folder', true],
      [folder, 'this is a folder; a file is needed', true],
      [join(folder, 'file/a'), 'a part of the path is a file, not a folder', true],
      [join(folder, 'round'), 'its symbolic links go round in a circle', true],
      [join(folder, 'x'.repeat(300)), 'the name is too long', true],
      ['/dev/full', 'the disk is full', false],
    ]
    for (const [path, reason, isOfPath] of cases)
      expect(await refused(path)).toMatchObject({ message: `${path}: cannot be written: ${reason}`, isOfPath })
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['file', 'round'])
  })

  it('is one that may not be written, though its folder may, and one whose folder may not', () => {
    const folder = temporaryFolder()
    const own = join(folder, 'own')
    mkdirSync(own)
    const [path, closed] = [join(own, 'closed'), join(folder, 'absent')]
    writeFileSync(path, 'old')
    chmodSync(path, 0o444)
    chmodSync(own, 0o777)
    chmodSync(folder, 0o755)
    // Root may write everything.
    const options = isRoot ? { uid: 65534, gid: 65534, cwd: '/' } : {}
    const code = 'await replaceFile(path, "new").catch((error) => console.log(error.message))'
    // The module is read through the parent: the other user may not look into this folder.
    const source = readFileSync(writer, 'utf8')
    const say = (target: string) => {
      const text = `${source}\nconst path = ${JSON.stringify(target)}\n${code}`
      return spawnSync(process.execPath, ['--input-type=module', '--eval', text], { encoding: 'utf8', ...options }).stdout
    }
    expect(say(path)).toBe(`${path}: cannot be written: permission denied, for the file or for its folder\n`)
    if (isRoot) expect(say(closed)).toBe(`${closed}: cannot be written: permission denied, for the file or for its folder\n`)
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(own)).toEqual(['closed'])
  })

  it('is one of several on a disk that becomes full, and then all are as before', async ({ skip }) => {
    const disk = temporaryFolder()
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk])
    if (mounted.status !== 0) return skip('no file system can be mounted here: it takes root')
    onTestFinished(() => void spawnSync('umount', [disk]))
    const [a, b] = [join(disk, 'a'), join(disk, 'b')]
    await replaceFiles([
      { path: a, content: 'old a' },
      { path: b, content: 'old b' },
    ])
    const work = replaceFiles([
      { path: a, content: new Uint8Array(20_000) },
      { path: b, content: new Uint8Array(100_000) },
    ])
    await expect(work).rejects.toMatchObject({ message: `${b}: cannot be written: the disk is full`, code: 'ENOSPC' })
    expect([readFileSync(a, 'utf8'), readFileSync(b, 'utf8'), readdirSync(disk).sort()]).toEqual(['old a', 'old b', ['a', 'b']])
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0)
    expect(await refused(a)).toMatchObject({ message: `${a}: cannot be written: the file system is read-only`, isOfPath: true })
  })

  it('is a pipe whose reader has gone', async () => {
    const pipe = join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const reader = spawn('head', ['-c', '1', pipe], { stdio: 'ignore' })
    const ended = once(reader, 'close')
    await expect(replaceFile(pipe, new Uint8Array(4_000_000))).rejects.toMatchObject({
      message: `${pipe}: cannot be written: who was to read it has gone`,
      isOfPath: false,
    })
    await ended
  })
})

it('a process that is killed in the midst leaves every file whole, the old one or a new one', async () => {
  const folder = temporaryFolder()
  const paths = ['a.bin', 'b.bin'].map((name) => join(folder, name))
  const SIZE = 3_000_000
  for (const path of paths) writeFileSync(path, new Uint8Array(SIZE))
  const code = program(`
    for (let n = 1; ; n++) {
      const content = new Uint8Array(${SIZE}).fill(n % 256)
      await replaceFiles(${JSON.stringify(paths)}.map((path) => ({ path, content })))
      if (n === 1) console.log('begun')
    }`)
  let left = 0
  let replaced = 0
  for (let kill = 0; kill < 25; kill++) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    await sleep((kill * 7) % 60)
    child.kill('SIGKILL')
    await once(child, 'close')
    for (const path of paths) {
      const bytes = readFileSync(path)
      expect(bytes).toHaveLength(SIZE)
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
      if (bytes[0] !== 0) replaced += 1
    }
    left = readdirSync(folder).filter((name) => !paths.includes(join(folder, name))).length
  }
  // Else it would have shown nothing: some were killed while they wrote.
  expect(left).toBeGreaterThan(0)
  expect(replaced).toBeGreaterThan(0)
  const names = readdirSync(folder).filter((name) => name.endsWith('.tmp'))
  expect(names).toHaveLength(left)
  for (const name of names) expect(paths.some((path) => isLeftOf(join(folder, name), path))).toBe(true)
})
