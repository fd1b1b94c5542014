import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { pimaFile, root, run, start, temporaryFolder } from './support.ts'

/** Some seconds long, with all that a checkpoint must keep: an optimizer's state, dropout, a schedule, the best epoch so far. */
const long = {
  ...pimaFile,
  data: { ...pimaFile.data, source: join(root, 'data/pima.arff') },
  network: {
    ...pimaFile.network,
    layers: [
      { units: 12, activation: 'relu', dropout: 0.1 },
      { units: 1, activation: 'sigmoid' },
    ],
  },
  optimizer: { name: 'nadam', learningRate: 0.001 },
  learningRateSchedule: { name: 'cosine' },
  earlyStopping: { monitor: 'testLoss', patience: 100_000, restoreBest: true },
  metrics: ['auc'],
  epochs: 24000,
}

const RESULTS = ['weights.safetensors', 'history.csv', 'history.json']
const resultsIn = (folder: string) => RESULTS.map((name) => readFileSync(join(folder, name)).toString('latin1'))
const checkpoint = 'out/checkpoint.safetensors'

/** A folder with a training file. */
function prepared(file: unknown = long): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'spec.json'), JSON.stringify(file))
  return folder
}

/** Begins a training and ends it by a signal once it has put a checkpoint down. */
async function interruptedBy(signal: NodeJS.Signals, folder: string, ...options: string[]) {
  const before = existsSync(join(folder, checkpoint)) ? readFileSync(join(folder, checkpoint)) : undefined
  const { child, finished } = start(['train', 'spec.json', '--out', 'out', '--workers', '0', ...options], folder)
  while (child.exitCode === null) {
    await sleep(20)
    if (existsSync(join(folder, checkpoint)) && !(before && readFileSync(join(folder, checkpoint)).equals(before))) break
  }
  child.kill(signal)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return finished
}

describe('a training that is stopped', { timeout: 300_000 }, () => {
  it('by any signal goes on to the bits of one that was not', async () => {
    const whole = prepared()
    const { code: done, stderr } = await run(['train', 'spec.json', '--out', 'out', '--workers', '0'], whole)
    expect(done).toBe(0)
    expect(existsSync(join(whole, checkpoint))).toBe(false)
    // What is put down on the way is not taken for the end.
    const shares = [...stderr.matchAll(/Training (\d+) %/g)].map(([, share]) => Number(share))
    expect(shares.length).toBeGreaterThanOrEqual(10)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.filter((share) => share === 100)).toHaveLength(1)

    const folder = prepared()
    await interruptedBy('SIGKILL', folder)
    expect(existsSync(join(folder, checkpoint))).toBe(true)
    expect(existsSync(join(folder, 'out/weights.safetensors'))).toBe(false)
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGINT'] as const) {
      const { code, stdout } = await interruptedBy(signal, folder, '--resume')
      expect(code).toBe(130)
      expect(stdout).toMatch(
        /^Interrupted after \d+ epochs; .* What was trained until then is saved; the same command with --resume continues\.\n/,
      )
      expect(existsSync(join(folder, 'out/weights.safetensors'))).toBe(true)
      expect(existsSync(join(folder, checkpoint))).toBe(true)
    }
    // As many workers as there are: they change nothing.
    const last = await run(['train', 'spec.json', '--out', 'out', '--resume'], folder)
    expect(last).toMatchObject({ code: 0, stderr: expect.stringMatching(/Going on after \d+ epochs from out\/checkpoint\.safetensors\n/) })
    expect(resultsIn(join(folder, 'out'))).toEqual(resultsIn(join(whole, 'out')))
    expect(existsSync(join(folder, checkpoint))).toBe(false)
  })

  it('goes on in its newest folder of results where none is named', async () => {
    // The signal alone puts a checkpoint down: half of the other trainings is long enough.
    const folder = prepared({ ...long, epochs: long.epochs / 2 })
    const { child, finished } = start(['train', 'spec.json', '--workers', '0'], folder)
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('Training 10 %')) child.kill('SIGINT')
    })
    const { stdout } = await finished
    const [, own] = /(results\/spec-\S+)\/weights/.exec(stdout) ?? []
    expect(existsSync(join(folder, `${own}/checkpoint.safetensors`))).toBe(true)
    const resumed = await run(['train', 'spec.json', '--resume', '--json', '--workers', '0'], folder)
    expect(JSON.parse(resumed.stdout).files[0]).toBe(`${own}/weights.safetensors`)
    expect(resumed.stderr).toMatch(/Going on after/)
  })
})

describe('--resume', () => {
  it('begins at the first epoch where there is nothing to go on from, and says so', async () => {
    const folder = prepared({ ...long, epochs: 2 })
    const { code, stderr } = await run(['train', 'spec.json', '--out', 'out', '--resume', '--workers', '0'], folder)
    expect(code).toBe(0)
    expect(stderr).toContain('There is no checkpoint in out; the training starts at its first epoch\n')
  })

  it('refuses a checkpoint of another training, naming what differs, and one that is damaged', async () => {
    const folder = prepared()
    await interruptedBy('SIGKILL', folder)
    const bytes = readFileSync(join(folder, checkpoint))
    const others: readonly (readonly [change: object, options: string[], reason: string])[] = [
      [{}, ['--epochs', '9'], 'epochs was 24000 and is 9'],
      [{}, ['--seed', '4'], 'seed was 3 and is 4'],
      [{ batchSize: 16 }, [], 'batchSize was 32 and is 16'],
      [{ optimizer: { name: 'adam', learningRate: 0.001 } }, [], 'optimizer.name was "nadam" and is "adam"'],
      [
        {
          network: {
            ...long.network,
            layers: [
              { units: 13, activation: 'relu', dropout: 0.1 },
              { units: 1, activation: 'sigmoid' },
            ],
          },
        },
        [],
        'network.layers[0].units was 12 and is 13',
      ],
      [{ metrics: undefined }, [], 'metrics was ["auc"] and is not said'],
      [{ data: { ...long.data, scaling: 'minMax' } }, [], 'data.train.features was '],
      [{ data: { ...long.data, test: { seed: 5 } } }, [], 'data.train.features was '],
      [
        { data: { ...long.data, test: { fraction: 0 } }, earlyStopping: undefined, metrics: undefined },
        [],
        'data.train.rows was 614 and is 768',
      ],
    ]
    for (const [change, options, reason] of others) {
      writeFileSync(join(folder, 'spec.json'), JSON.stringify({ ...long, ...change }))
      const { code, stderr } = await run(['train', 'spec.json', '--out', 'out', '--resume', '--workers', '0', ...options], folder)
      expect(stderr).toContain('error: out/checkpoint.safetensors is of another training: ')
      expect(stderr).toContain(reason)
      expect(code).toBe(2)
    }
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(long))
    const damaged: readonly (readonly [Buffer, RegExp])[] = [
      [bytes.subarray(0, bytes.length - 5), /^error: out\/checkpoint\.safetensors: /],
      [Buffer.from(bytes.map((byte, i) => (i === bytes.length - 3 ? byte ^ 1 : byte))), /its checksum does not fit/],
      [Buffer.alloc(0), /^error: out\/checkpoint\.safetensors: /],
    ]
    for (const [content, reason] of damaged) {
      writeFileSync(join(folder, checkpoint), content)
      const { code, stderr } = await run(['train', 'spec.json', '--out', 'out', '--resume'], folder)
      expect(stderr).toMatch(reason)
      expect(code).toBe(2)
    }
  })

  it('is offered where it is left out', async () => {
    const folder = prepared()
    await interruptedBy('SIGKILL', folder)
    const { code, stderr } = await run(['train', 'spec.json', '--out', 'out', '--epochs', '2', '--workers', '0'], folder)
    expect(code).toBe(0)
    expect(stderr).toContain('out/checkpoint.safetensors is of a training that was interrupted; --resume would have gone on from it\n')
  })
})
