// The style sheet of reports.

import { DARK, LIGHT, type Theme } from './colors.ts'

const properties = ({ series, fifths, ...single }: Theme): string =>
  [
    ...Object.entries(single).map(([name, color]) => `--${name}:${color}`),
    ...series.map((color, i) => `--c${i}:${color}`),
    ...fifths.map((color, i) => `--f${i}:${color}`),
  ].join(';')

/** The page's whole style sheet. Paper is light, whatever the screen is. */
export const STYLE = `
:root{color-scheme:light;${properties(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${properties(DARK)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main,header,footer{max-width:1008px;margin:0 auto;padding:0 24px}
h1{font-size:1.9rem;line-height:1.2;margin:2.5rem 0 .4rem}
h2{font-size:1.35rem;line-height:1.3;margin:3rem 0 .6rem;padding-top:1rem;border-top:1px solid var(--line)}
p{margin:.6rem 0;max-width:44rem}
a{color:var(--link)}
.subtitle{font-size:1.1rem;color:var(--quiet)}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem 1rem;margin:1.4rem 0;padding:.9rem 1.1rem;background:var(--panel);border-radius:8px;font-size:.9rem}
dt{color:var(--quiet)}dd{margin:0}
nav ol{margin:.4rem 0;padding-left:1.4rem;columns:2;column-gap:2rem}
figure{margin:1.6rem 0 2.2rem}
figcaption{margin:.5rem 0;font-size:.92rem;color:var(--quiet);max-width:44rem}
.data{white-space:nowrap}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;background:linear-gradient(to left,var(--page) 50%,transparent) right/36px 100% no-repeat local,linear-gradient(to left,var(--line),transparent) right/18px 100% no-repeat scroll}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .65rem;text-align:start;vertical-align:top;white-space:nowrap}
td.text{white-space:normal;min-width:8rem}
thead th{background:var(--panel);border-bottom:1px solid var(--line);vertical-align:bottom;white-space:normal}
tbody tr+tr>*{border-top:1px solid var(--line)}
tbody th{font-weight:500;white-space:normal}
tbody th:not(.end){min-width:11rem}
.end{text-align:end}
.winner{font-weight:700}
.published{color:var(--quiet);font-style:italic}
.mark{display:inline-block;margin-inline-start:.4rem;padding:0 .45rem;border:1px solid currentColor;border-radius:99px;font-size:.86em;font-style:normal;font-weight:600;line-height:1.45;white-space:nowrap}
.mark.winner,.mark.reproduced{color:var(--good)}.mark.not-reproduced{color:var(--bad)}.mark.undecided{color:var(--open)}
.claims{list-style:none;margin:0;padding:0;display:grid;gap:.8rem}
.claims>li{border:1px solid var(--line);border-inline-start:5px solid var(--open);border-radius:8px;padding:.7rem 1rem}
.claims>li.reproduced{border-inline-start-color:var(--good)}.claims>li.not-reproduced{border-inline-start-color:var(--bad)}
.claims h3{margin:0 0 .4rem;font-size:1rem;line-height:1.4}
.claims dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem .9rem;margin:0;font-size:.9rem}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr));gap:1rem}
.panels h3{margin:0 0 .2rem;font-size:.95rem}
svg.chart{display:block;max-width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:none;overflow:visible}
svg.chart text{white-space:pre}
.narrow{display:none}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:.5rem 0;padding:0;font-size:.85rem}
.legend svg{width:22px;height:12px;vertical-align:-1px;margin-inline-end:.4rem}
.empty{color:var(--quiet);font-style:italic}
footer{margin-top:3rem;padding-bottom:2rem;color:var(--quiet);font-size:.85rem}
@media screen and (max-width:760px){
main,header,footer{padding:0 16px}
.wide{display:none}.narrow{display:block}
nav ol{columns:1}
.facts,.claims dl{grid-template-columns:minmax(0,1fr);gap:0}
.facts dd,.claims dd{margin-bottom:.45rem}
}
@media screen and (min-width:761px){.legend.for-narrow{display:none}}
@media print{
@page{margin:15mm}
body{font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
nav{display:none}
a{color:inherit;text-decoration:none}
figure:has(.chart),.claims>li,tr{break-inside:avoid}
h2,h3,p:has(+figure){break-after:avoid}
figcaption{break-before:avoid}
.scroll{overflow:visible;border:0}
.panels{grid-template-columns:1fr 1fr}
table{font-size:8pt}
th,td{padding:.2rem .4rem}
td:not(.end),th{white-space:normal}
svg,.mark,thead th,.claims>li{print-color-adjust:exact}
.legend.for-narrow{display:none}
}
`.trim()
