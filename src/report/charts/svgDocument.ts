// A minimal SVG document, for drawing charts where there is no DOM.

import type { ChartDocument, ChartElement } from './document.ts'

/**
 * A document of SVG elements alone, for a place without a DOM, as a worker is: what Observable Plot and d3-selection call to draw, and no
 * more. An element's markup is that of the HTML standard's serialisation (13.3), so a chart is the same text as drawn on a page's document.
 */
export function createSvgDocument(): ChartDocument {
  return new SvgDocument()
}

const NAMESPACE = 'http://www.w3.org/2000/svg'

class SvgDocument implements ChartDocument {
  /** d3's creator asks an element, not the document, for its children's namespace. */
  readonly documentElement = new SvgElement(this, 'svg')

  createElementNS(_namespace: string, name: string): SvgElement {
    return new SvgElement(this, name)
  }
}

class SvgElement implements ChartElement {
  readonly ownerDocument: SvgDocument
  readonly namespaceURI = NAMESPACE
  readonly tagName: string
  readonly #attributes = new Map<string, string>()
  #children: (SvgElement | string)[] = []
  #parent: SvgElement | undefined

  constructor(ownerDocument: SvgDocument, tagName: string) {
    this.ownerDocument = ownerDocument
    this.tagName = tagName
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value))
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name)
  }

  get firstChild(): SvgElement | string | null {
    return this.#children[0] ?? null
  }

  get textContent(): string {
    return this.#children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
  }

  set textContent(text: unknown) {
    this.#children = text === null || text === '' ? [] : [String(text)]
  }

  appendChild(child: SvgElement): SvgElement {
    return this.insertBefore(child, null)
  }

  /** @param before a child of this element; null: at the end */
  insertBefore(child: SvgElement, before: SvgElement | string | null): SvgElement {
    child.remove()
    const place = before === null ? this.#children.length : this.#children.indexOf(before)
    this.#children.splice(place, 0, child)
    child.#parent = this
    return child
  }

  remove(): void {
    if (this.#parent === undefined) return
    const siblings = this.#parent.#children
    siblings.splice(siblings.indexOf(this), 1)
    this.#parent = undefined
  }

  /** @param name of a tag, the one selector that charts are drawn with */
  querySelector(name: string): SvgElement | null {
    for (const child of this.#children) {
      if (typeof child === 'string') continue
      const found = child.tagName === name ? child : child.querySelector(name)
      if (found !== null) return found
    }
    return null
  }

  get outerHTML(): string {
    const attributes = [...this.#attributes].map(([name, value]) => ` ${name}="${escaped(value).replaceAll('"', '&quot;')}"`).join('')
    const children = this.#children.map((child) => (typeof child === 'string' ? escapedText(child) : child.outerHTML)).join('')
    return `<${this.tagName}${attributes}>${children}</${this.tagName}>`
  }
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('\u00a0', '&nbsp;')
const escapedText = (text: string): string => escaped(text).replaceAll('<', '&lt;').replaceAll('>', '&gt;')
