/** The style sheet of play mode, which comes with it. */

export const PLAY_STYLE = `
.play{display:grid;gap:var(--gap);grid-template-columns:minmax(0,1fr);align-items:start}
.play>*{min-width:0}
.play-head{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:center;margin:.8rem 0}
.play-head .epoch{font-variant-numeric:tabular-nums;color:var(--quiet);min-width:15rem}
.play-controls{display:grid;gap:1.2rem 1.5rem;grid-template-columns:minmax(0,1fr)}
.settings summary{font-size:1.25rem;font-weight:700;margin-bottom:.5rem}
.settings details{margin:0}
.play-controls fieldset{display:grid;gap:.45rem;align-content:start}
.play-controls legend{font-size:1rem;margin-bottom:.3rem}
.play-controls label{font-weight:400}
.slider{display:grid;grid-template-columns:minmax(0,1fr) 4.2rem;gap:.6rem;align-items:center}
.slider input[type=range]{padding:0;border:0;min-height:1.6rem;accent-color:var(--accent);background:none}
.slider output{font-variant-numeric:tabular-nums;text-align:end;font-weight:600}
.square{position:relative;width:100%;max-width:30rem;aspect-ratio:1;margin-inline:auto;border:1px solid var(--quiet)}
.square canvas{position:absolute;inset:0;width:100%;height:100%;display:block}
.square{cursor:crosshair}
.switch-line{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin-top:.6rem}
.switch-line legend{float:inline-start;padding:0;margin-inline-end:.6rem}
.looked{display:grid;gap:1rem;grid-template-columns:minmax(0,1fr)}
.looked canvas.network{display:block;width:100%;height:22rem}
.moved{display:grid;grid-template-columns:max-content minmax(0,1fr) 4.5rem;gap:.2rem .7rem;align-items:center;font-size:.88rem;margin:.4rem 0}
.moved dd{display:contents}
.moved meter{width:100%;height:.7rem}
.moved .figure{font-variant-numeric:tabular-nums;text-align:end}
.gallery{display:grid;gap:.8rem}
.gallery h3{margin:0 0 .3rem;font-size:.92rem}
.gallery ul{list-style:none;margin:0;padding:0;display:grid;gap:.45rem;grid-template-columns:repeat(4,minmax(0,1fr))}
.gallery:has(section:nth-child(2)){grid-template-columns:repeat(auto-fill,minmax(min(100%,11rem),1fr))}
.gallery:has(section:nth-child(2)) ul{grid-template-columns:repeat(2,minmax(0,1fr))}
.tile{display:grid;gap:.15rem;padding:.25rem;width:100%;justify-content:stretch;justify-items:center;font-size:.85rem;font-variant-numeric:tabular-nums}
.tile canvas{width:100%;aspect-ratio:1;display:block}
.tile[aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 2px var(--accent)}
.tile.reached span{font-weight:700;color:var(--good)}
.curves canvas{display:block;width:100%;height:14rem}
.together{margin:.4rem 0 .8rem;padding:0;list-style:none}
.together li{margin:.25rem 0}.together li:first-child{font-size:1.15rem;font-weight:600}
.lessons{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-bottom:var(--gap)}
.lessons b{font-weight:600;font-size:.92rem}
.lessons [aria-current]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.lesson{margin-bottom:var(--gap)}
.lesson p{max-width:60rem}
.lesson .chart-box{max-width:60rem}
.chart-box{width:100%;overflow:hidden}
@media (min-width:700px){
.play>.settings .play-controls{grid-template-columns:repeat(auto-fit,minmax(12rem,1fr))}
.looked{grid-template-columns:minmax(0,1.1fr) minmax(0,1fr)}
}
@media (min-width:1100px){
.play{grid-template-rows:auto 1fr}
.play>:nth-child(-n+2){grid-row:1/span 2}
.play>:nth-child(4){grid-column:3}
.looked canvas.network{height:19rem}
.play{grid-template-columns:14.5rem minmax(0,1.25fr) minmax(0,1fr)}
.play>.settings .play-controls{grid-template-columns:minmax(0,1fr)}
.looked{grid-template-columns:minmax(0,1fr)}
}
@media (min-width:1500px){
.play>:nth-child(2){grid-row:1}
.play>:nth-child(3){grid-row:1/span 2}
.play>:nth-child(4){grid-column:2}
.curves canvas{height:20rem}
.play{grid-template-columns:16rem minmax(0,1.7fr) minmax(0,1fr)}
.looked{grid-template-columns:minmax(0,1.2fr) minmax(0,1fr)}
.looked canvas.network{height:30rem}
}
`
