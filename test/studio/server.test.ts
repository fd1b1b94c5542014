import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run, start } from '../cli/support.ts'

/** `espalier studio`, as a person starts it. */
async function serve(args: readonly string[] = []) {
  const { child, finished } = start(['studio', '--port', '0', ...args])
  onTestFinished(() => void child.kill('SIGKILL'))
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  return { url: printed.toString().trim(), child, finished }
}

describe('espalier studio', () => {
  it('prints its address, on this machine alone, and ends well by Ctrl-C', async () => {
    const { url, child, finished } = await serve()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect((await fetch(url)).status).toBe(200)
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 0, stdout: `${url}\n` })
  })

  it('isolates the page, and allows it nothing but its own files', async () => {
    const { url } = await serve()
    for (const path of ['', 'page.js', 'data/pima.arff', 'data/samples.json', 'missing']) {
      const { headers } = await fetch(new URL(path, url))
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';")
    }
  })

  it('serves files of its folder and no others, to readers alone', async () => {
    const { url } = await serve()
    const status = async (path: string, method = 'GET') => (await fetch(new URL(path, url), { method })).status
    expect(await status('style.css', 'HEAD')).toBe(200)
    expect(await status('engine.js')).toBe(200)
    expect(await status('%2e%2e/cli.js')).toBe(404)
    expect(await status('..%2fcli.js')).toBe(404)
    expect(await status('data/fashion-mnist/..%2f..%2fpima.arff')).toBe(404)
    expect(await status('', 'POST')).toBe(405)
    const samples = await (await fetch(new URL('data/samples.json', url))).json()
    expect(samples).toContain('pima')
  })

  it('says which port is in use, and what to do', async () => {
    const { url } = await serve()
    const { code, stderr } = await run(['studio', '--port', new URL(url).port])
    expect(stderr).toMatch(/^error: port \d+ is in use; name another by --port, or any free one by --port 0/)
    expect(code).toBe(2)
  })

  it('refuses an address that is not of this machine', async () => {
    const { code, stderr } = await run(['studio', '--port', '0', '--host', '192.0.2.1'])
    expect(stderr).toMatch(/^error: --host is 192\.0\.2\.1, which is no address of this machine/)
    expect(code).toBe(2)
  })
})
