/**
 * Reports of studies. What draws charts is a dependency of this entry and of no other.
 * @module espalier/report
 */

export type { ChartDocument, ChartElement } from './charts/document.ts'
export { createSvgDocument } from './charts/svgDocument.ts'
export { type CsvFile, csvFiles } from './csv.ts'
export { type HtmlOptions, renderHtml } from './html.ts'
export { type MarkdownOptions, renderMarkdown } from './markdown.ts'
export type * from './model.ts'
export type { StudyResults } from './study/objectives.ts'
export { studyReport } from './study/report.ts'
export type { EventFile } from './tensorboard/file.ts'
export { eventFiles } from './tensorboard/study.ts'
