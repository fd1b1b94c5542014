// The colours of reports, by theme.

/** Colours of the page by theme; style.ts makes them custom properties. Text on `page` has a contrast of 4.5 at least, a mark one of 3. */
export interface Theme {
  readonly page: string
  readonly panel: string
  readonly text: string
  readonly quiet: string
  readonly line: string
  readonly link: string
  /** Of verdicts: reproduced, not reproduced, undecided. */
  readonly good: string
  readonly bad: string
  readonly open: string
  /** `--c0` …, of series. */
  readonly series: readonly string[]
  /** `--f0` …, of the best fifth to the worst. */
  readonly fifths: readonly string[]
  /** Of a heat map's cells above and below the middle. */
  readonly above: string
  readonly below: string
}

export const LIGHT: Theme = {
  page: '#ffffff',
  panel: '#f4f5f7',
  text: '#1b1f24',
  quiet: '#57606a',
  line: '#d0d7de',
  link: '#0a5cb8',
  good: '#1a7033',
  bad: '#b3261e',
  open: '#7a5200',
  series: [
    ...['#1f6fb4', '#d1570a', '#2a8a3e', '#c22f3c', '#7d54b8', '#8a5a3c'],
    ...['#c9519e', '#5f6b76', '#7f7f00', '#008796', '#0b3d5c', '#8f1d5b'],
  ],
  fifths: ['#08529c', '#3a86c0', '#8b959e', '#d07a3a', '#b8400e'],
  above: '#2f7fc4',
  below: '#dd7a2b',
}

export const DARK: Theme = {
  page: '#14171b',
  panel: '#1e2329',
  text: '#e6e9ed',
  quiet: '#a3adb8',
  line: '#3a424c',
  link: '#7cb8ff',
  good: '#6fd083',
  bad: '#ff8a80',
  open: '#e5b84b',
  series: [
    ...['#6cb4f0', '#ff9a52', '#6fd083', '#ff7f86', '#bf9bf5', '#cf9f80'],
    ...['#f59ad2', '#aab6c2', '#d3d34d', '#4cd0dd', '#8fa2ff', '#ff5fa8'],
  ],
  fifths: ['#8accff', '#5a9fd0', '#7f8a94', '#cf8448', '#ff9560'],
  above: '#3d8fd6',
  below: '#d9772c',
}
