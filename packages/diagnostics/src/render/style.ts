/** How parts of a message look; renderers know no colours of their own. */
export interface Style {
  readonly error: Paint;
  readonly warning: Paint;
  readonly hint: Paint;
  readonly good: Paint;
  readonly strong: Paint;
  readonly faint: Paint;
}

export type Paint = (text: string) => string;

const same: Paint = (text) => text;

export const plainStyle: Style = {
  error: same,
  warning: same,
  hint: same,
  good: same,
  strong: same,
  faint: same,
};
