// The part of a DOM that charts are drawn with.

/** What charts are drawn with: a page's `document` is one, and so is any DOM for Node that knows SVG elements. */
export interface ChartDocument {
  createElementNS(namespace: string, name: string): ChartElement
}

/** What a chart is drawn with. */
export interface ChartElement {
  textContent: string | null
  readonly outerHTML: string
  readonly firstChild: unknown
  setAttribute(name: string, value: string): void
  querySelector(selector: string): { remove(): void } | null
  // biome-ignore lint/suspicious/noExplicitAny: any node of the same document; DOM libraries type them as their own classes
  insertBefore(node: any, before: any): unknown
}
