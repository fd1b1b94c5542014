// The style of answers for pictures.

export const STYLE = `
.pixels{display:block;width:100%;height:auto;aspect-ratio:1;image-rendering:pixelated;background:var(--panel);border-radius:4px}
.said-picture{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,11rem),1fr));gap:1rem;align-items:start}
.pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(3.6rem,1fr));gap:.4rem;margin:.6rem 0}
.pictures button{padding:3px;min-height:0}
.pictures button[aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
.regions{position:relative;width:min(100%,16rem)}
.regions>.pixels{filter:grayscale(1) opacity(.35)}
.regions ol{position:absolute;inset:0;margin:0;padding:0;list-style:none;display:grid;grid-template-columns:repeat(3,1fr);grid-template-rows:repeat(3,1fr)}
.regions li{display:grid;place-items:center;font-variant-numeric:tabular-nums;font-size:.85rem;font-weight:600;color:var(--text);background:color-mix(in srgb,var(--c0) calc(var(--worth) * 45%),color-mix(in srgb,var(--page) 55%,transparent))}
.regions li.sure{outline:2px solid var(--c0);outline-offset:-3px}
label.button:has(:disabled){color:var(--quiet);cursor:not-allowed;background:var(--panel)}
label.button:has(:focus-visible){outline:3px solid var(--accent);outline-offset:2px}
`
