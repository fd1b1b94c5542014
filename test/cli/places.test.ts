/** Files and folders that a command is given, or makes a name for. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { lastInterrupted, newFolder } from '../../src/cli/checkpoint.ts'
import { typed } from '../../src/cli/output.ts'
import { startProgress } from '../../src/cli/progress.ts'
import { lineJournal } from '../../src/cli/replay/lines.ts'
import { readStudyFile } from '../../src/cli/study-file.ts'
import { pimaFile, run, runAlone, STUDY, temporaryFolder } from './support.ts'

describe('the journal of a study file', () => {
  it.each([
    ['study.yaml', 'study.journal'],
    ['study', 'study.journal'],
    ['my.study-2', 'my.journal'],
    ['my.journal', 'my.journal.journal'],
  ])('of %s is %s', async (name, journal) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, name), stringify(STUDY))
    expect((await readStudyFile(join(folder, name))).journal).toBe(join(folder, journal))
  })
})

describe('a new folder of results', () => {
  it('is one for each of several runs of a second, of which --resume takes the last that was interrupted', async () => {
    const folder = join(temporaryFolder(), 'results')
    const now = new Date('2026-11-21T19:30:00.500Z')
    const made = await Promise.all(Array.from({ length: 11 }, () => newFolder(folder, 'pima-', now)))
    expect(new Set(made).size).toBe(11)
    expect(made.map((path) => path.slice(folder.length + 1))).toEqual(
      expect.arrayContaining(['pima-20261121-193000', 'pima-20261121-193000-2', 'pima-20261121-193000-11']),
    )
    for (const name of ['pima-20261121-193000', 'pima-20261121-193000-2', 'pima-20261121-193000-11'])
      writeFileSync(join(folder, name, 'checkpoint.safetensors'), '')
    expect(await lastInterrupted(folder, 'pima-')).toBe(join(folder, 'pima-20261121-193000-11'))
  })
})

describe('a path that is wrong ends with code 2 and a sentence,', () => {
  it.each<readonly [string, readonly string[], RegExp]>([
    ['a folder for a journal', ['best', 'folder'], /this is a folder; name a file in it/],
    ['a journal in no folder', ['study', 'study.yaml', '--journal', 'none/a.journal'], /there is no such folder; create it first/],
    ['a journal below a file', ['study', 'study.yaml', '--journal', 'study.yaml/a.journal'], /a part of the path is a file, not a folder/],
    ['a study file for a journal', ['best', 'study.yaml'], /line 1 is no journal entry: .*this is no journal/],
    ['a study file to resume', ['resume', 'study.yaml'], /line 1 is no journal entry: .*this is no journal/],
    ['no journal of the twig', ['replay', 'twig', '--journal', 'none.journal'], /there is no journal none\.journal, and without --data/],
  ])('%s', async (_, args, reason) => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'folder'))
    const study = stringify(STUDY)
    writeFileSync(join(folder, 'study.yaml'), study)
    const { code, stderr, stdout } = await run(args, folder)
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(reason) })
    expect(stderr).not.toContain('cut it off')
    expect(readFileSync(join(folder, 'study.yaml'), 'utf8')).toBe(study)
  })
})

describe('what is told', () => {
  it.each(['learn', 'train', 'data describe'])('of standard input to %s calls it so', async (command) => {
    const { code, stderr } = await runAlone([...command.split(' '), '-'], temporaryFolder())
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: standard input: it is empty/) })
  })

  it('of a checkpoint that was cut short says how to go on without it', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.yaml'), stringify(pimaFile))
    mkdirSync(join(folder, 'out'))
    writeFileSync(join(folder, 'out/checkpoint.safetensors'), Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 123))
    const { code, stderr } = await run(['train', 'a.yaml', '--out', 'out', '--resume'], folder)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/checkpoint\.safetensors: .*; leave out --resume to begin anew$/m),
    })
  })
})

describe('a journal of lines', () => {
  it('that is packed is only read, whatever its name and its last line', async () => {
    const path = join(temporaryFolder(), 'lines.journal')
    const packed = gzipSync('{"a":1}\n{"a":2}\n{"a"')
    writeFileSync(path, packed)
    const journal = lineJournal(path)
    expect(await journal.read()).toEqual(['{"a":1}', '{"a":2}'])
    await expect(journal.append('{"a":3}')).rejects.toThrow('is packed')
    expect(new Uint8Array(readFileSync(path))).toEqual(new Uint8Array(packed))
  })

  it('is not begun under a name of packed files', async () => {
    const path = join(temporaryFolder(), 'none.journal.gz')
    await expect(lineJournal(path).append('{}')).rejects.toThrow(`there is no file ${path}`)
    expect(existsSync(path)).toBe(false)
  })
})

describe('espalier train', () => {
  const table = () => `x,y,price\n${Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 11},${(i % 7) * 2 + (i % 11)}`).join('\n')}\n`

  it('takes a target by its place, as learn and data describe do, and lists the training file it made up', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.csv'), table())
    const args = ['a.csv', '--target', '1', '--epochs', '1', '--workers', '0', '--out', 'made', '--json']
    const { code, stdout, stderr } = await run(['train', ...args], folder)
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('target "y"') })
    const { files } = JSON.parse(stdout)
    expect(files).toContain('made/training.yaml')
    expect(readdirSync(join(folder, 'made')).sort()).toEqual(['history.csv', 'history.json', 'training.yaml', 'weights.safetensors'])
  })

  it('says what is missing where a table has too few rows for a test', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.csv'), 'x,y\n1,2\n')
    writeFileSync(join(folder, 'a.yaml'), stringify({ ...pimaFile, data: { source: 'a.csv' } }))
    const { code, stderr } = await run(['train', 'a.yaml'], folder)
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('there is 1 row; a part to train on and a part to test on'),
    })
  })
})

describe('a command that is told', () => {
  it('can be typed as it stands', () => {
    const typedIn = (word: string) => execFileSync('/bin/sh', ['-c', `printf %s ${typed([word])}`], { encoding: 'utf8' })
    for (const word of [
      'a.journal',
      'my study.journal',
      "it's",
      'a"b',
      '$HOME',
      'a`b`',
      'a\\\\b',
      'größe',
      'a&b',
      '*',
      'redis://h:1/0?prefix=a',
      '',
    ])
      expect(typedIn(word)).toBe(word)
    expect(typed(['espalier', 'resume', 'first.journal'])).toBe('espalier resume first.journal')
  })
})

describe('a bar', () => {
  it('gives the terminal back where the process ends before it', () => {
    const [write, isTTY] = [process.stderr.write, process.stderr.isTTY]
    const before = process.listeners('exit')
    const pieces: string[] = []
    const written = () => pieces.join('')
    Object.assign(process.stderr, { isTTY: true, write: (text: unknown) => pieces.push(String(text)) > 0 })
    try {
      const progress = startProgress('Learning')
      const added = process.listeners('exit').filter((listener) => !before.includes(listener))
      expect(written()).toContain('\u001b[?7l')
      expect(written()).not.toContain('\u001b[?7h')
      for (const listener of added) listener(0)
      expect(written()).toContain('\u001b[?7h')
      const { length } = written()
      progress.stop()
      expect(written().length).toBe(length)
      expect(process.listeners('exit')).toEqual(before)
    } finally {
      Object.assign(process.stderr, { isTTY, write })
    }
  })
})

describe('a file that is read', () => {
  it('is not written over, under whatever name it is said', async () => {
    const folder = temporaryFolder()
    const rows = `x,y\n${Array.from({ length: 40 }, (_, i) => `${i},${2 * i}`).join('\n')}\n`
    writeFileSync(join(folder, 'a.csv'), rows)
    symlinkSync('a.csv', join(folder, 'link.csv'))
    for (const args of [
      ['learn', 'a.csv', '--steps', '1', '--save', './a.csv'],
      ['learn', 'a.csv', '--steps', '1', '--card', 'link.csv'],
      ['predict', 'any.answer', 'link.csv', '--out', 'a.csv'],
      ['predict', 'a.csv', 'any.csv', '--out', 'a.csv'],
    ]) {
      const { code, stderr } = await run(args, folder)
      expect({ args, code, stderr }).toEqual({
        args,
        code: 2,
        stderr: expect.stringContaining('is read, and would be written over; write to another file'),
      })
    }
    const twice = await run(['learn', 'a.csv', '--steps', '1', '--save', 'b', '--card', './b'], folder)
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('is to be written twice') })
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe(rows)
  })
})
