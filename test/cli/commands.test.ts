import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, run, runAlone } from './support.ts'

describe('help', () => {
  test.each([
    [['train']],
    [['predict']],
    [['doctor']],
    [['schema']],
    [['data', 'describe']],
    [['data', 'fetch']],
    [['data', 'list']],
    [['replay', 'pima']],
    [['replay', 'fashion']],
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
    [['data', 'fetch', 'mnist'], /"mnist" cannot be fetched/],
  ])('%j is refused with 2', async (args, message) => {
    const { code, stderr } = await run(args)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })
})

describe('doctor', () => {
  test('--json is one document', async () => {
    const { code, stdout } = await runAlone(['doctor', '--json'])
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({
      node: process.versions.node,
      simd: true,
      cores: expect.any(Number),
      relaxedSimd: expect.any(Boolean),
      arithmetic: expect.stringMatching(/^(fused|plain)$/),
    })
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
    const { code, stdout } = await runAlone(['data', 'describe', 'pima', '--json'])
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
    const { code, stdout } = await runAlone(['data', 'list', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(['pima', 'fashion-mnist'])
  })
})

test('schema prints a JSON Schema that knows the data section and does not ask for the input size', async () => {
  const schema = JSON.parse((await runAlone(['schema'])).stdout)
  expect(schema.required).toEqual(expect.arrayContaining(['network', 'data']))
  expect(schema.properties.network.required).toEqual(['loss', 'layers'])
})
