export const style = `:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; --line: #8884; --accent: light-dark(#0b57d0, #a8c7fa); }
* { box-sizing: border-box; }
body { margin: 0; background: Canvas; color: CanvasText; }
header { position: sticky; top: 0; background: Canvas; border-bottom: 1px solid var(--line); padding: 0.75rem 1.25rem; display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: center; }
h1 { font-size: 1.1rem; margin: 0; }
h2 { font-size: 1rem; margin: 0 0 0.4rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.clock { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; }
#now { font-variant-numeric: tabular-nums; font-weight: 600; }
button { font: inherit; padding: 0.2rem 0.7rem; border: 1px solid var(--line); border-radius: 6px; background: transparent; color: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
button[aria-pressed="true"] { background: var(--accent); color: Canvas; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#problem { margin: 0; color: light-dark(#b3261e, #f2b8b5); }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1.5rem 2rem; padding: 1.25rem; }
#begin { grid-column: 1 / -1; margin: 0; }
main section { min-width: 0; max-height: max(18rem, calc(50vh - 3.5rem)); overflow: auto; }
h2 span { font-weight: 400; opacity: 0.75; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.25rem 0.6rem 0.25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; vertical-align: top; }
th { font-weight: 600; font-size: 0.85rem; white-space: nowrap; overflow-wrap: normal; }
tbody td:first-child:not(.number) { min-width: 9rem; }
/* Borders of a collapsed table scroll away from a header that stays. */
thead th { position: sticky; top: 0; background: Canvas; box-shadow: inset 0 -1px var(--line); border: 0; }
.none { opacity: 0.55; }
.whole { display: inline-block; max-width: 100%; margin-right: 0.4em; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
#waiting td:nth-child(3), #workers td:nth-child(2), #events td:nth-child(2), #events td:nth-child(3) { white-space: nowrap; overflow-wrap: normal; }
td.empty { opacity: 0.7; }
td button { border: 0; padding: 0; color: var(--accent); text-align: left; }
@media (max-width: 40rem) { header { position: static; } header, main { padding-inline: 1rem; } }
td button[aria-current="true"] { font-weight: 600; background: transparent; color: var(--accent); }
`;
