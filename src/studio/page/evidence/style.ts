/** The style sheet of evidence, which comes with it. */

export const EVIDENCE_STYLE = `
.evidence{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr);margin-top:var(--gap)}
.evidence>*{min-width:0}
.chart-box{width:100%;overflow:hidden}
.signed{display:inline-flex;align-items:center;gap:.6rem;font-variant-numeric:tabular-nums}
.signed .bar{width:120px;height:16px;flex:none;stroke:var(--text);fill:none}
.signed .bar .above{fill:var(--above);stroke:none}.signed .bar .below{fill:var(--below);stroke:none}
td.pixels-of-row{width:3.5rem}
td.good{color:var(--good);font-weight:600}td.bad{color:var(--bad);font-weight:600}
.evidence .scroll:has(.broad){border:0;background:none}
.broad{min-width:44rem}
h1+nav.actions{margin-bottom:var(--gap)}
.apart{margin-top:var(--gap)}
.limits{display:grid;grid-template-columns:1fr 1fr;gap:.6rem}
@media (min-width:1180px){.evidence{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}.evidence>.whole{grid-column:1/-1}}
`
