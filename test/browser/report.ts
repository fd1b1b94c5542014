import { renderHtml } from 'espalier/report'
import { sampleReport } from '../support/report.ts'

/** The sample report, its charts drawn with the page's own document. */
export const html = (): string => renderHtml(sampleReport, { document })
