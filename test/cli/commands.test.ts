import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { root, run, temporaryFolder } from './support.ts'

describe('help', () => {
  test.each([
    [['train']],
    [['predict']],
    [['doctor']],
    [['schema']],
    [['data', 'describe']],
    [['data', 'fetch']],
    [['data', 'list']],
    [['experiments', 'pima']],
  ])('%j shows an example', async (command) => {
    const { code, stdout } = await run([...command, '--help'])
    expect(code).toBe(0)
    expect(stdout).toContain(`espalier ${command.join(' ')}`)
    expect(stdout).toMatch(/Examples?/)
  })

  test('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` })
  })

  test.each([
    [['trian'], /did you mean train/i],
    [['doctor', '--jsn'], /--json/],
    [['train'], /missing required argument 'file'/],
    [['train', 'x.yaml', '--epochs', 'ten'], /whole number from 1/],
    [['experiments', 'pima', '--scaling', 'log'], /Allowed choices are none, standardize, both/],
    [['data', 'fetch', 'mnist'], /"mnist" cannot be fetched/],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stderr } = await run(args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})

describe('doctor', () => {
  test('--json is one document', async () => {
    const { code, stdout } = await run(['doctor', '--json'])
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ node: process.versions.node, simd: true, cores: expect.any(Number), relaxedSimd: expect.any(Boolean) })
    expect(report.backends.wasm).toMatchObject({ works: true, description: expect.stringMatching(/^WASM/) })
  })

  test('names the WebGPU adapter, or says why there is none', async () => {
    const { stdout } = await run(['doctor', '--json'])
    const { works, description, from } = JSON.parse(stdout).backends.webgpu as { works: boolean; description: string; from: string }
    expect(['navigator.gpu', 'npm webgpu']).toContain(from)
    expect(description).toMatch(works ? /^WebGPU on \S+/ : /found no adapter/)
  })

  test('for people, a line says whether this machine can train', async () => {
    const { code, stdout } = await run(['doctor'])
    expect(stdout).toContain('espalier can train on this machine.')
    expect(code).toBe(0)
  })
})

describe('data', () => {
  test('describe pima', async () => {
    const { code, stdout } = await run(['data', 'describe', 'pima', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 768,
      inputSize: 8,
      classes: [
        { name: 'tested_negative', rows: 500 },
        { name: 'tested_positive', rows: 268 },
      ],
    })
  })

  test('describe a file, with a target', async () => {
    const { stdout } = await run(['data', 'describe', join(root, 'data/pima.arff'), '--target', 'age'])
    expect(stdout).toContain('768 rows')
    expect(stdout).toContain('regression')
  })

  test('list names both sets', async () => {
    const { code, stdout } = await run(['data', 'list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(['pima', 'fashion-mnist'])
  })
})

test('schema prints a JSON Schema that knows the data section and does not ask for the input size', async () => {
  const schema = JSON.parse((await run(['schema'])).stdout)
  expect(schema.required).toEqual(expect.arrayContaining(['network', 'data']))
  expect(schema.properties.network.required).toEqual(['loss', 'layers'])
})

describe('experiments pima', () => {
  test('two seeds of two epochs: every value of every experiment, on raw and on standardised features', async () => {
    const out = temporaryFolder()
    const { code, stdout } = await run(['experiments', 'pima', '--seeds', '2', '--epochs', '2', '--out', out])
    expect(code).toBe(0)
    for (const title of ['Batch size', 'Hidden activation', 'Optimizer']) expect(stdout).toContain(title)
    for (const name of ['summary.csv', 'curves.csv', 'summary.md']) expect(stdout).toContain(join(out, name))

    const read = (name: string) =>
      Papa.parse<Record<string, string>>(readFileSync(join(out, name), 'utf8'), { header: true, skipEmptyLines: true })
    const summary = read('summary.csv')
    expect(summary.errors).toEqual([])
    expect(summary.data.map(({ experiment, value, scaling }) => [experiment, value, scaling].join(' '))).toHaveLength(13 * 2)
    const curves = read('curves.csv')
    expect(curves.data).toHaveLength(13 * 2 * 2 * 2)

    // The table of the means follows from the curves.
    const last = curves.data.filter(
      (row) => row.experiment === 'optimizer' && row.value === 'adam' && row.scaling === 'none' && row.epoch === '2',
    )
    const line = summary.data.find((row) => row.experiment === 'optimizer' && row.value === 'adam' && row.scaling === 'none')
    expect(Number(line?.testAccuracyMean)).toBeCloseTo(last.reduce((sum, row) => sum + Number(row.testAccuracy), 0) / 2, 9)
  })

  test('the same numbers with one worker and with two, and --json on stdout', async () => {
    const numbers = async (workers: string) => {
      const args = [
        'experiments',
        'pima',
        '--seeds',
        '1',
        '--epochs',
        '3',
        '--scaling',
        'standardize',
        '--out',
        temporaryFolder(),
        '--workers',
        workers,
        '--json',
      ]
      return JSON.parse((await run(args)).stdout).lines
    }
    const one = await numbers('1')
    expect(one).toHaveLength(13)
    expect(await numbers('2')).toEqual(one)
  })
})
