import { sheet } from "./dom.ts";

/**
 * What every component shares. Colours come from `--rw-*` variables that the page may set; without
 * any they follow the system's light or dark scheme. In forced colours the system's own are used.
 */
export const sharedSheet = sheet(`
  :host {
    --_fg: var(--rw-foreground, light-dark(#1f2328, #d6d9dd));
    --_muted: var(--rw-muted, light-dark(#59636e, #9aa4af));
    --_bg: var(--rw-background, light-dark(#ffffff, #1e1f22));
    --_raised: var(--rw-raised, light-dark(#f3f5f7, #282a2e));
    --_border: var(--rw-border, light-dark(#d4dae0, #3d4147));
    --_outline: var(--rw-focus, light-dark(#0969da, #4daafc));
    --_link: var(--rw-link, light-dark(#0969da, #4daafc));
    --_good: var(--rw-good, light-dark(#1a7f37, #6cc276));
    --_bad: var(--rw-bad, light-dark(#cf222e, #f47067));
    --_warn: var(--rw-warn, light-dark(#9a6700, #d8a847));
    --_here: var(--rw-here, light-dark(#fff3bf, #4b4321));
    --_here-border: var(--rw-here-border, transparent);
    --_button: var(--rw-button, light-dark(#0969da, #0e639c));
    --_button-fg: var(--rw-button-foreground, #ffffff);
    --_input: var(--rw-input, light-dark(#ffffff, #313338));
    --_input-fg: var(--rw-input-foreground, var(--_fg));
    --_key: var(--rw-json-key, light-dark(#0550ae, #9cdcfe));
    --_text: var(--rw-json-text, light-dark(#0a3069, #ce9178));
    --_number: var(--rw-json-number, light-dark(#116329, #b5cea8));
    --_word: var(--rw-json-word, light-dark(#8250df, #569cd6));
    --_mono: var(--rw-mono, ui-monospace, "SF Mono", Menlo, Consolas, monospace);
    --_mono-size: var(--rw-mono-size, 12px);
    color-scheme: var(--rw-color-scheme, light dark);
    display: block;
    box-sizing: border-box;
    color: var(--_fg);
    font: var(--rw-font, 13px/1.45 system-ui, sans-serif);
  }
  :host([hidden]) { display: none; }
  *, *::before, *::after { box-sizing: border-box; }
  h2, h3 { margin: 0; font-size: 1em; font-weight: 600; }
  p, ul, ol, dl, dd { margin: 0; padding: 0; }
  ul, ol { list-style: none; }
  code, pre { font-family: var(--_mono); font-size: var(--_mono-size); }
  button, input, select, textarea { font: inherit; color: inherit; }
  :focus-visible { outline: 1px solid var(--_outline); outline-offset: 1px; }
  .muted { color: var(--_muted); }
  .good { color: var(--_good); }
  .bad { color: var(--_bad); }
  .warn { color: var(--_warn); }
  .link {
    border: 0; padding: 0; background: none; color: var(--_link);
    cursor: pointer; text-align: start; text-decoration: none;
  }
  .link:hover { text-decoration: underline; }
  .action {
    border: 1px solid var(--rw-button-border, transparent); border-radius: 2px;
    padding: 4px 12px; background: var(--_button); color: var(--_button-fg); cursor: pointer;
  }
  .action.quiet { background: none; color: var(--_fg); border-color: var(--_border); }
  .problems { display: grid; gap: 6px; }
  .problems li { display: grid; grid-template-columns: auto 1fr; gap: 2px 8px; }
  .problems .help { grid-column: 2; color: var(--_muted); }
  .unseen {
    position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap;
  }
  @media (forced-colors: active) {
    :host { --_here: Mark; --_here-border: Highlight; }
    .action { border-color: ButtonText; }
  }
`);
