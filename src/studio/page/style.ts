// The studio's style sheet.

import { STYLE as REPORT } from '../../report/style.ts'

/** The studio's style sheet, for the build: the reports' own, whose charts and tables the page shows, and what a page to work with needs. */
export const STYLE = `${REPORT}
:root{--accent:var(--link);--on-accent:var(--page);--radius:8px;--gap:1.25rem}
body{min-height:100vh;min-height:100dvh}
main,.top,.foot{max-width:1720px;margin:0 auto;padding:0 clamp(16px,2.5vw,40px)}
h1,h2,h3{text-wrap:balance}
p{text-wrap:pretty}
h1{font-size:1.6rem;margin:1.2rem 0 .3rem}
h2{font-size:1.25rem;margin:0 0 .5rem;padding:0;border:0}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h1:focus,h2:focus{outline:none}
.visually-hidden{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;inset-inline-start:1rem;top:-4rem;padding:.5rem 1rem;background:var(--page);border:1px solid var(--line);border-radius:var(--radius);z-index:3}
.skip:focus{top:.5rem}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1.2rem;padding-block:.7rem}
.bar{max-width:none;margin:0;padding:0;border-bottom:1px solid var(--line);background:var(--panel)}
.bar .top{min-height:3.6rem}
.brand{font-weight:700;font-size:1.1rem;text-decoration:none;color:var(--text);margin-inline-end:auto}
.brand small{font-weight:400;color:var(--quiet);margin-inline-start:.35rem}
.lead{font-size:1.05rem;color:var(--quiet);max-width:52rem}
.foot{padding-block:2rem;color:var(--quiet);font-size:.85rem}
.stack{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr)}
.card{border:1px solid var(--line);border-radius:12px;padding:clamp(1rem,1.6vw,1.5rem);min-width:0}
.card>:first-child{margin-top:0}.card>:last-child{margin-bottom:0}
.hint{color:var(--quiet);font-size:.9rem;margin:.2rem 0}

button,.button{display:inline-flex;align-items:center;justify-content:center;gap:.45rem;min-height:2.5rem;padding:.35rem 1rem;border:1px solid var(--line);border-radius:var(--radius);background:var(--page);color:var(--text);font:inherit;text-decoration:none;cursor:pointer}
button:hover:not(:disabled),.button:hover{border-color:var(--accent)}
button:disabled{color:var(--quiet);cursor:not-allowed;background:var(--panel)}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent);font-weight:600}
.primary:disabled{border-color:var(--line)}
.large{min-height:3rem;padding:.5rem 2rem;font-size:1.1rem}
.danger{color:var(--bad)}
.actions{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
svg.icon{vertical-align:-.1em;width:1em;height:1em;flex:none;fill:currentColor}

label,legend,.label{font-weight:600;font-size:.92rem}
fieldset{border:0;margin:0;padding:0;min-width:0}
input:not([type=radio],[type=checkbox],[type=file]),select,textarea{width:100%;min-height:2.5rem;padding:.35rem .6rem;border:1px solid var(--quiet);border-radius:6px;background:var(--page);color:var(--text);font:inherit}
input[type=radio],input[type=checkbox]{width:1.15rem;height:1.15rem;margin:0;accent-color:var(--accent);flex:none}
[aria-invalid=true]{border-color:var(--bad)!important}
.field{display:grid;gap:.25rem;align-content:start;min-width:0}
.fields{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));margin:.8rem 0}
.unit{display:flex;align-items:center;gap:.5rem}
.unit input{max-width:8rem}
.choice{display:flex;gap:.6rem;align-items:flex-start;padding:.55rem .7rem;border:1px solid var(--line);border-radius:var(--radius);font-weight:400;cursor:pointer}
.choice input{margin-top:.22rem}
.choice:has(:checked){border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.choice:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
.choice :focus-visible{outline:none}
.choice b{display:block}
.choice small{display:block;color:var(--quiet);font-size:.87rem;line-height:1.4}
.choices{display:grid;gap:.6rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr));margin:.5rem 0}
.checks{display:flex;flex-wrap:wrap;gap:.3rem 1rem}
.check{display:inline-flex;gap:.4rem;align-items:center;font-weight:400;min-height:1.9rem}
.problem{color:var(--bad);font-size:.9rem;margin:.3rem 0;font-weight:600}

.drop{display:grid;justify-items:center;gap:.5rem;padding:1.6rem 1rem;border:2px dashed var(--quiet);border-radius:12px;text-align:center;background:var(--panel)}
.drop.over{border-color:var(--accent);border-style:solid}
.drop input{position:absolute;width:1px;height:1px;opacity:0}
.drop:has(input:focus-visible) .button{outline:3px solid var(--accent);outline-offset:2px}
.drop p{margin:0}

.notice{display:flex;gap:.7rem;align-items:flex-start;padding:.8rem 1rem;border:1px solid var(--line);border-inline-start:5px solid var(--open);border-radius:var(--radius);background:var(--panel);margin:.8rem 0}
.notice.bad{border-inline-start-color:var(--bad)}.notice.good{border-inline-start-color:var(--good)}
.notice>svg{margin-top:.25em}
.notice p{margin:0 0 .3rem}.notice>div{flex:1;min-width:0}

.drop.small{display:flex;flex-wrap:wrap;justify-content:flex-start;gap:.6rem 1rem;padding:.6rem 0 0;border:0;background:none;text-align:start}
.drop.small.over{outline:3px solid var(--accent)}
.plain{font-size:1rem;margin:1.2rem 0 .4rem}

.answer-head{margin-bottom:var(--gap)}
.answer-head h1{margin:.6rem 0 .3rem;overflow-wrap:anywhere}
.answer-head .row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
.answer-head progress{flex:1 1 12rem;width:auto}
.answer-head .field{display:flex;align-items:center;gap:.5rem}
.answer-head .field select{width:auto}
.answer-head .state{min-width:4.5rem}
.answer{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr);align-items:start;margin-bottom:var(--gap)}
.sentences{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr);align-items:start}
.short{font-size:1.25rem;font-weight:650;line-height:1.35;margin:.2rem 0 .5rem;display:block;overflow-wrap:anywhere}
.sentences p{max-width:46rem}
.sentences figure{margin:1rem 0 0}
.sentences figcaption{margin-top:.3rem}
.sentences figure .field{display:flex;flex-wrap:wrap;align-items:center;gap:.3rem .6rem;margin-bottom:.5rem}
.sentences figure .field select{width:auto;max-width:100%}
svg.picture{display:block;width:100%;max-width:34rem;height:auto;overflow:visible;font-size:13px}
svg.picture text{fill:var(--text)}
svg.picture .sure{fill:var(--c0)}svg.picture .unsure{fill:none;stroke:var(--quiet);stroke-dasharray:3 2}
svg.picture .whisker{stroke:var(--text);fill:none;stroke-width:1.3}
svg.picture .zero{stroke:var(--quiet);fill:none}
svg.picture .curve{fill:none;stroke:var(--c0);stroke-width:2.5}
svg.picture .dot{fill:var(--c0)}
svg.picture .here{stroke:var(--text);stroke-dasharray:4 3}
svg.picture .good{fill:var(--c0);opacity:.18}
.skeleton.slim{min-height:5rem}
.prediction{padding:.8rem 1rem;background:var(--panel);border-radius:var(--radius);margin-bottom:.8rem;min-height:8rem}
.prediction p{margin:.2rem 0}
.prediction .classes{margin:.5rem 0 0}
.cells{display:grid;gap:.5rem 1.4rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
.cell{display:grid;grid-template-columns:minmax(5rem,8rem) minmax(0,1fr) 4.5rem;gap:.6rem;align-items:center;min-width:0}
.cell label{overflow-wrap:anywhere}
.cell select,.cell input[type=date]{grid-column:2/-1}
.cell .value{text-align:end;font-variant-numeric:tabular-nums}
.cell input[type=range]{accent-color:var(--accent);padding:0;border:0;min-height:1.8rem;background:none}
.understood,.guesses{list-style:none;margin:.4rem 0;padding:0;display:grid}
.understood li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem .8rem;align-items:center;padding:.5rem 0;border-top:1px solid var(--line)}
.understood b{overflow-wrap:anywhere}
.understood select{width:auto;max-width:11rem;min-height:2rem;padding:.1rem .4rem;font-size:.9rem}
.understood p{grid-column:1/-1;overflow-wrap:anywhere}
.guesses li{padding:.25rem 0}
.fold{margin:0}
.fold>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .8rem}
.fold>summary h2{display:inline;margin:0}
.fold>summary::before{content:'';border:.35em solid transparent;border-inline-start-color:currentColor;border-inline-end:0;align-self:center}
.fold[open]>summary::before{transform:rotate(90deg)}
.fold>summary::-webkit-details-marker{display:none}
.fold>summary{list-style:none}
.fold[open]>summary{margin-bottom:.8rem}

.parameters{list-style:none;margin:.6rem 0;padding:0;display:grid}
.parameter{display:grid;grid-template-columns:minmax(10rem,16rem) max-content minmax(0,1fr);gap:.4rem 1.2rem;align-items:center;padding:.7rem 0;border-top:1px solid var(--line)}
.parameter h3{margin:0;font-size:.95rem;line-height:1.3}
.parameter .hint{margin:0;font-size:.84rem;line-height:1.35}
.switch{display:inline-flex;border:1px solid var(--quiet);border-radius:6px;overflow:hidden}
.switch label{font-weight:400;padding:.25rem .7rem;cursor:pointer;font-size:.9rem}
.switch label:has(:checked){background:var(--accent);color:var(--on-accent);font-weight:600}
.switch label:has(:focus-visible){outline:3px solid var(--accent);outline-offset:-3px;outline-color:var(--text)}
.switch input{position:absolute;opacity:0;width:1px;height:1px}
.range{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .6rem}
.range input:not([type=checkbox]){width:6.5rem}
.range select{width:auto}

progress{appearance:none;width:100%;height:.8rem;border:1px solid var(--quiet);border-radius:99px;overflow:hidden;background:var(--panel)}
progress::-webkit-progress-bar{background:var(--panel)}
progress::-webkit-progress-value{background:var(--accent)}
progress::-moz-progress-bar{background:var(--accent)}
.status{display:inline-flex;align-items:center;gap:.4rem;padding:.1rem .7rem;border:1px solid currentColor;border-radius:99px;font-size:.9rem;font-weight:600;white-space:nowrap}
.status.running{color:var(--link)}.status.done{color:var(--good)}.status.failed{color:var(--bad)}.status.paused,.status.watching{color:var(--open)}
.running-head{position:sticky;top:0;z-index:2;background:var(--page);border-bottom:1px solid var(--line);padding-block:.7rem;margin-bottom:var(--gap)}
.running-head .row{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
.running-head h1{margin:0;font-size:1.35rem;min-width:0;overflow-wrap:anywhere}
.running-head .hint{margin:.25rem 0 0;font-variant-numeric:tabular-nums}
.push{margin-inline-start:auto}
.results{display:grid;gap:var(--gap);grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr))}
.group{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr);min-width:0}
.group>[data-view]{display:grid;grid-template-columns:minmax(0,1fr)}
.group>:last-child{align-self:stretch}
.results>.whole{grid-column:1/-1}
.results figure{margin:.8rem 0 0}
.results .panels{grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr))}
.results .card{container-type:inline-size}
.results svg.chart{margin-inline:auto}
.say+figure{margin-top:.4rem}
.results svg.chart[width='400']{width:100%;max-width:540px}.results svg.chart[width='960']{width:100%;max-width:1200px}
.results .wide{display:none}.results .narrow{display:block}
.results>.whole{min-width:0}
@container (min-width:900px){.results .wide{display:block}.results .wide+.narrow,.results .legend.for-narrow{display:none}}
@container (max-width:640px){.results th,.results td{padding-inline:.4rem}.results tbody th{min-width:6rem}}
@container (max-width:899px){.results .legend.for-narrow{display:flex}}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem;margin:.8rem 0}
.figures div{padding:.6rem .8rem;background:var(--panel);border-radius:var(--radius)}
.figures dt{font-size:.85rem}.figures dd{font-size:1.35rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.3}
.figures dd small{font-size:.85rem;font-weight:400;color:var(--quiet);display:block}
.say{font-size:1.02rem}
.params{display:flex;flex-wrap:wrap;gap:.35rem;list-style:none;margin:.5rem 0;padding:0}
.params li{padding:.12rem .6rem;border:1px solid var(--line);border-radius:6px;font-size:.88rem;font-variant-numeric:tabular-nums}
.params li span{color:var(--quiet)}

th button{min-height:0;padding:0;border:0;background:none;font:inherit;font-weight:600;text-align:inherit;white-space:nowrap}
th button:hover{text-decoration:underline}
th .arrow{color:var(--quiet);font-size:.8em;min-width:1em;display:inline-block}
tr.best>*{background:color-mix(in srgb,var(--accent) 10%,transparent)}
.tools{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:.6rem 0}
.tools .field{flex:0 1 16rem}
.tools .grow .field{flex:1 1 24rem}
.tools .grow{flex:1 1 24rem;max-width:52rem}
.tools .push{align-self:center}
.kept{list-style:none;margin:.6rem 0;padding:0;display:grid;gap:.6rem}
.kept li{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;border-top:1px solid var(--line);padding-top:.6rem}
.kept .about{flex:1 1 12rem;min-width:0}
.kept .about a{font-weight:600;text-align:start}
.kept .about>*{display:block;overflow-wrap:anywhere}
.classes{display:grid;gap:.3rem;margin:.5rem 0 1rem;font-size:.9rem;max-width:40rem}
.classes div{display:grid;grid-template-columns:minmax(6rem,11rem) minmax(0,1fr);gap:.7rem;align-items:center}
.classes dt{overflow-wrap:anywhere}
.classes .part{display:block;height:.55rem;border-radius:3px;background:var(--c0)}
pre{margin:.6rem 0;padding:.8rem 1rem;background:var(--panel);border-radius:var(--radius);font-size:.85rem;line-height:1.5;overflow:auto;max-height:26rem}
dialog{max-width:30rem;border:1px solid var(--line);border-radius:12px;padding:1.4rem;background:var(--page);color:var(--text)}
dialog::backdrop{background:rgb(0 0 0/.5)}
details{margin:.6rem 0}
details>summary{cursor:pointer;font-weight:600;min-height:2rem;padding:.2rem 0}
.skeleton{min-height:9rem;display:grid;place-items:center;color:var(--quiet);background:var(--panel);border-radius:var(--radius);padding:1rem;text-align:center;max-width:none}

@media (min-width:1420px){
.group:has(>:nth-child(2)[data-view=calibration]){grid-column:1/-1;grid-template-columns:1fr 1fr}
}
@media (min-width:900px){
.answer{grid-template-columns:minmax(0,1fr) minmax(18rem,24rem)}
}
@media (min-width:1420px){
.sentences{grid-template-columns:1fr 1fr}
.sentences>:nth-child(2){grid-row:span 2}
.answer{grid-template-columns:minmax(0,1fr) 26rem}
}
@media (max-width:760px){
.understood select{max-width:9rem}
.cell{grid-template-columns:minmax(4rem,7rem) minmax(0,1fr) 4rem}
main,.top,.foot{padding-inline:16px}
.parameter{grid-template-columns:minmax(0,1fr) max-content}
.parameter .range{grid-column:1/-1}
.running-head{position:static}
.tools .field{flex:1 1 100%}
.push{margin-inline-start:0}
}
@media print{
.bar,.foot,.actions,.tools,.skip,progress,nav{display:none!important}
.running-head{position:static}
.card{border:0;padding:0;break-inside:avoid}
.results{display:block}
}
@media (prefers-reduced-motion:no-preference){
.spin{animation:spin 1.2s linear infinite}
@keyframes spin{to{transform:rotate(1turn)}}
}
`
