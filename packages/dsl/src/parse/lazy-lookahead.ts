import { type BaseParser, type ILookaheadStrategy, LLkLookaheadStrategy } from "chevrotain";

/**
 * Chevrotain's own lookahead, computed for a place of the grammar when a parse first comes by.
 * Most texts use a part of the grammar, and computing all of it takes about as long as the rest
 * of building the parser: a start of the command is noticeably shorter this way.
 */
export function lazyLookahead(): ILookaheadStrategy {
  const eager = new LLkLookaheadStrategy({ maxLookahead: 1 });
  return {
    validate: (options) => eager.validate(options),
    buildLookaheadForAlternation(options) {
      let choose: ReturnType<typeof eager.buildLookaheadForAlternation> | undefined;
      return function (this: BaseParser, alternatives) {
        choose ??= eager.buildLookaheadForAlternation(options);
        return choose.call(this, alternatives);
      };
    },
    buildLookaheadForOptional(options) {
      let enters: ReturnType<typeof eager.buildLookaheadForOptional> | undefined;
      return function (this: BaseParser) {
        enters ??= eager.buildLookaheadForOptional(options);
        return enters.call(this);
      };
    },
  };
}
