/** The longest a look-behind may match, and how deep groups may nest: the engine's figures. */
const longestLookBehind = 250;
const deepestGroup = 31;

/** No upper limit. */
const unlimited = -1;

/** How short and how long a match of something may be; a long one may have no limit. */
interface Extent {
  min: number;
  max: number;
}

/** One branch of an alternation, or a whole group, while its parts are read. */
interface Part extends Extent {
  readonly parent: Part | undefined;
  readonly isCapture: boolean;
  readonly isLook: boolean;
  isClosed: boolean;
  /** A quantifier on it, or on what is around it, would leave engines to differ. */
  refusesQuantifier: boolean;
  /** The same, because of a look-around within. */
  holdsLook: boolean;
  isOptional: boolean;
  hasAlternatives: boolean;
  holdsCapture: boolean;
}

/** What the next quantifier applies to: a group, or something of a known extent. */
type Target = { readonly group: Part } | { readonly extent: Extent };

function newPart(parent: Part | undefined, isCapture = false, isLook = false): Part {
  return {
    parent,
    isCapture,
    isLook,
    min: 0,
    max: 0,
    isClosed: false,
    refusesQuantifier: false,
    holdsLook: false,
    isOptional: false,
    hasAlternatives: false,
    holdsCapture: false,
  };
}

/**
 * Follows the groups of a pattern and says which uses the engine refuses, because .NET,
 * JavaScript and PCRE2 would differ on them: a repeated capture that may be empty or skipped, a
 * reference to one that may not have taken part, look-behinds without a limit. Each call returns
 * the end of the key of what is wrong, if anything.
 *
 * A group is held as two parts: itself, and the alternative being read. So a reference can be
 * told to stand in the same alternative as its capture, where it is always allowed.
 */
export class PatternGroups {
  private readonly open: Part[] = [];
  private readonly captures = new Map<string, Part>();
  /** References that are in order only if their captures always take part. */
  private readonly doubtful = new Set<string>();
  private lookBehind: Part | undefined;
  private target: Target | undefined;

  constructor() {
    this.push(newPart(undefined));
  }

  group(capture?: string, look?: "ahead" | "behind"): string | undefined {
    if (this.open.length >= 2 * (deepestGroup + 1)) return "GroupTrackerOverflow";
    if (this.lookBehind !== undefined && look === "behind") return "NestedLookAround";
    const part = newPart(this.inner(), capture !== undefined, look !== undefined);
    if (capture !== undefined) {
      if (this.lookBehind !== undefined) return "CaptureInLookAround";
      if (this.captures.has(capture)) return "BadNamedCaptureAlreadyExists";
      this.captures.set(capture, part);
    }
    if (look === "behind") this.lookBehind = part;
    this.push(part);
    this.target = undefined;
    return undefined;
  }

  alternative(): void {
    this.target = undefined;
    const ended = this.open.pop();
    if (ended?.parent === undefined) return;
    endAlternative(ended, ended.parent);
    ended.parent.hasAlternatives = true;
    this.open.push(newPart(ended.parent));
  }

  /** Something that is no group: a character, a class. */
  literal(min = 1, max = 1): void {
    const inner = this.inner();
    inner.min += min;
    inner.max += max;
    this.target = { extent: { min, max } };
  }

  quantifier(low: number, high: number): string | undefined {
    const { target } = this;
    if (this.lookBehind !== undefined && high === unlimited) {
      return "UnlimitedQuantifierInLookAround";
    }
    if (target === undefined) return "QuantifierOnNothing";
    this.target = undefined;
    if (high !== unlimited && high < low) return "LowHighQuantifierFlip";
    const inner = this.inner();
    if ("group" in target) {
      const { group } = target;
      if (group.holdsLook) return "QuantifierOursideLookAround";
      if (group.refusesQuantifier) return "QuantifiedCapture";
      group.isOptional = low === 0;
      const mayLeaveOut = low === 0 || group.min === 0 || group.holdsCapture;
      if (mayLeaveOut && (group.isCapture || group.holdsCapture)) inner.refusesQuantifier = true;
    }
    const { min, max } = "group" in target ? target.group : target.extent;
    inner.max =
      inner.max === unlimited || high === unlimited ? unlimited : inner.max + max * (high - 1);
    inner.min += min * (low - 1);
    return undefined;
  }

  close(): string | undefined {
    if (this.open.length <= 2) return "UnopenedCaptureGroups";
    const last = this.open.pop();
    const group = this.open.pop();
    if (last === undefined || group === undefined) return "UnopenedCaptureGroups";
    endAlternative(last, group);
    this.target = { group };
    if (this.lookBehind === group) {
      if (group.max > longestLookBehind) return "LookbehindTooManyChars";
      this.lookBehind = undefined;
    }
    if (group.isLook) group.holdsLook = true;
    endPart(group);
    group.isClosed = true;
    const { parent } = group;
    if (parent === undefined) return undefined;
    parent.refusesQuantifier ||= group.refusesQuantifier;
    parent.holdsLook ||= group.holdsLook;
    parent.holdsCapture ||= group.isCapture;
    if (group.isLook) return undefined;
    parent.max =
      parent.max === unlimited || group.max === unlimited ? unlimited : parent.max + group.max;
    parent.min += group.min;
    return undefined;
  }

  reference(capture: string): string | undefined {
    const group = this.captures.get(capture);
    if (group === undefined) return "BadBackRefNotDefined";
    if (!group.isClosed) return "BadBackRefSelfReferencing";
    if (this.lookBehind !== undefined && group.max === unlimited) {
      return "UnlimitedQuantifierInLookAround";
    }
    this.literal(group.min, group.max);
    if (mayNotTakePart(group, this.inner()) !== undefined) this.doubtful.add(capture);
    return undefined;
  }

  /** At the end of the pattern. */
  end(): string | undefined {
    const last = this.open.pop();
    const whole = this.open.pop();
    if (last !== undefined && whole !== undefined) endAlternative(last, whole);
    if (whole !== undefined) endPart(whole);
    if (this.open.length > 0) return "UnclosedCaptureGroups";
    for (const capture of this.doubtful) {
      const group = this.captures.get(capture);
      const problem = group && mayNotTakePart(group, undefined);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private push(part: Part): void {
    this.open.push(part, newPart(part));
  }

  private inner(): Part {
    const inner = this.open.at(-1);
    if (inner === undefined) throw new Error("a pattern has at least one part");
    return inner;
  }
}

function endAlternative(ended: Part, group: Part): void {
  group.max = group.hasAlternatives ? Math.max(group.max, ended.max) : ended.max;
  group.min = group.hasAlternatives ? Math.min(group.min, ended.min) : ended.min;
  endPart(ended);
  group.refusesQuantifier ||= ended.refusesQuantifier;
  group.holdsLook ||= ended.holdsLook;
  group.holdsCapture ||= ended.holdsCapture;
}

function endPart(part: Part): void {
  if (part.min === 0 || (part.hasAlternatives && part.holdsCapture)) part.refusesQuantifier = true;
}

/**
 * Why a capture might be referred to without having matched anything. `from`: what the reference
 * stands in; what is around both does not count.
 */
function mayNotTakePart(capture: Part, from: Part | undefined): string | undefined {
  if (capture.isOptional || capture.min === 0) return "BackRefToZeroCapture";
  let { parent } = capture;
  for (; parent !== undefined && parent !== from; parent = parent.parent) {
    if (parent.isOptional || parent.hasAlternatives || parent.min === 0) {
      return "BackRefToZeroCapture";
    }
    if (parent.isLook) return "BackRefToCaptureInLookaround";
  }
  // Elsewhere than around the capture: the whole pattern decides, at its end.
  return parent === from ? undefined : "BackRefToZeroCapture";
}
