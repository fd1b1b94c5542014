import type { Page } from 'puppeteer-core'

/**
 * Notes what a page, or a worker of it, says on the console, throws without a handler, asks of another origin, or asks for in vain.
 * @param urls of its own server, and of others that it may ask
 * @returns the notes, which grow as the page runs
 */
export function watch(page: Page, ...urls: readonly string[]): readonly string[] {
  const notes: string[] = []
  const origins = urls.map((url) => new URL(url).origin)
  page.on('console', (message) => notes.push(`console.${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => notes.push(`uncaught ${error}`))
  page.on('error', (error) => notes.push(`crashed: ${error}`))
  page.on('request', (request) => {
    const asked = new URL(request.url())
    if (asked.protocol !== 'data:' && !origins.includes(asked.origin)) notes.push(`asked for ${asked.href}`)
  })
  page.on('requestfailed', (request) => notes.push(`${request.url()} failed: ${request.failure()?.errorText}`))
  page.on('response', (response) => {
    // 304: what the browser has of it is still right.
    if (!response.ok() && response.status() !== 304) notes.push(`${response.url()} answered ${response.status()}`)
  })
  return notes
}
