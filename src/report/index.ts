// Reports of studies: the package's entry `espalier/report`. What draws charts is a dependency of this entry and of no other.
export type { ChartDocument } from './charts/document.ts'
export { type CsvFile, csvFiles } from './csv.ts'
export { type HtmlOptions, renderHtml } from './html.ts'
export { type MarkdownOptions, renderMarkdown } from './markdown.ts'
export type * from './model.ts'
export { studyReport } from './study/report.ts'
export type { StudyResults } from './study/results.ts'
export { type EventFile, eventFiles } from './tensorboard/study.ts'
