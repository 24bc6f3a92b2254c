import type { Span } from "@routewright/diagnostics";
import { patternProblems } from "./regex/problems.ts";
import type { FxDiagnostic } from "./tree.ts";

/**
 * What is said for each of the engine's resource keys. The keys are the engine's, so that a
 * finding here can be compared with one there; the words are ours.
 */
const messages: Readonly<Record<string, (...args: readonly string[]) => string>> = {
  ErrTextTooLarge: (limit) => `the formula is longer than ${limit} characters`,
  ErrRuleNestedTooDeeply: () => "the formula is nested too deeply",
  ErrBadToken: (found) => (found ? `unexpected ${found}` : "unexpected characters"),
  UnexpectedCharacterToken: (found) => `unexpected character ${found}`,
  ErrOperatorExpected: () => "an operator is expected here",
  ErrOperandExpected: () => "an operand is expected here",
  ErrExpectedFound_Ex_Fnd: (expected, found) => `expected ${expected}, found ${found}`,
  ErrColonExpected: () => "`:` is expected after the field's name",
  ErrReservedKeyword: (word) =>
    `\`${word}\` is a reserved word; write \`'${word}'\` to use it as a name`,
  ErrNumberTooLarge: () => "the number does not fit a Decimal",
  ErrEmptyIsland: () => "`{}` in an interpolated text needs an expression",
  ErrMissingEndOfBlockComment: () => "the comment is not closed by `*/`",
  ErrClosingIdentifierExpected: () => "the quoted name is not closed by `'`",
  ErrEmptyInvalidIdentifier: () => "a name cannot be empty",
  ErrDeprecated: () => "this notation is no longer supported",
  ErrInvalidName: (name) => `\`${name}\` is not known here`,
  ErrUnknownFunction: (name) => `there is no function \`${name}\``,
  ErrUnimplementedFunction: (name) => `the function \`${name}\` is not available here`,
  ErrBadArity: (name, found, expected) =>
    `\`${name}\` takes ${expected} argument(s), ${found} given`,
  ErrBadArityMinimum: (name, found, expected) =>
    `\`${name}\` takes at least ${expected} argument(s), ${found} given`,
  ErrBadArityRange: (name, found, low, high) =>
    `\`${name}\` takes ${low} to ${high} arguments, ${found} given`,
  ErrBadArityOdd: (name) => `\`${name}\` takes an odd number of arguments`,
  ErrBadArityEven: (name) => `\`${name}\` takes an even number of arguments`,
  ErrInvalidArgs_Func: (name) => `the arguments of \`${name}\` do not fit`,
  ErrBadType: () => "this value has a type that cannot be used here",
  ErrBadType_Type: (type) => `a value of type ${type} cannot be used here`,
  ErrTypeError: () => "the types do not fit",
  ErrBadType_ExpectedType: (expected) => `a value of type ${expected} is expected`,
  ErrBadType_ExpectedTypesCSV: (expected) => `one of these types is expected: ${expected}`,
  ErrBadType_ExpectedType_ProvidedType: (expected, provided) =>
    `type ${expected} is expected, ${provided} is given`,
  ErrBadType_NonBehavioralVoidExpression: () =>
    "the results of the branches have types that do not fit together",
  ErrIncompatibleTypesForEquality_Left_Right: (left, right) =>
    `${left} cannot be compared with ${right}`,
  ErrGuidStrictComparison: () => "a GUID can only be compared with a GUID",
  ErrBadOperatorTypes: (left, right) => `the operator does not take ${left} and ${right}`,
  ErrNumberExpected: () => "a number is expected",
  ErrStringExpected: () => "a text is expected",
  ErrBooleanExpected: () => "a boolean is expected",
  ErrDateExpected: () => "a date is expected",
  ErrNumberOrStringExpected: () => "a number or a text is expected",
  ErrInvalidDot: () => "`.` cannot be used on this value",
  ErrDeprecatedDotUseShowColumns: () => "`.` cannot be used on a table; use ShowColumns",
  ErrInvalidSchemaNeedCol: () => "a table of one column is expected",
  ErrAddToSealed: () => "columns cannot be added to the engine's own record of an error",
  ErrRenameOfSealed: () => "columns of the engine's own record of an error cannot be renamed",
  ErrAsNotInContext: () => "`As` names the rows of a table argument; it means nothing here",
  ErrColConflict_Name: (name) => `the column \`${name}\` is added twice`,
  ErrColDNE_Name: (name) => `there is no column \`${name}\``,
  ErrColExists_Name: (name) => `there is a column \`${name}\` already`,
  ErrColumnDoesNotExist_Name_Similar: (name) => `there is no column \`${name}\``,
  ErrColumnTypeMismatch_ColName_ExpectedType_ActualType: (name) =>
    `the field \`${name}\` of an error has another type`,
  ErrErrorIrrelevantField: (name) =>
    name ? `an error has no field \`${name}\`` : "an error needs the field `Kind`",
  ErrExpectedIdentifierArg_Name: () => "the name of a column is expected",
  ErrFilterFunction_OnlyTwoArgs: () =>
    "`Filter` takes a table and one condition; join conditions by `&&`",
  ErrIncorrectFormat_Func: () => "the format is not valid",
  ErrNotSupportedFormat_Func: () => "only numbers and dates can be formatted",
  ErrInvalidIdentifier: () => "this name means nothing here",
  ErrInvalidSchemaNeedNumCol_Col: (name) => `the column \`${name}\` does not hold numbers`,
  ErrInvalidSchemaNeedTypeCol_Col: (name, type) => `the column \`${name}\` does not hold ${type}`,
  ErrMultipleValuesForField_Name: (name) => `the field \`${name}\` is given twice`,
  ErrNeedRecordOrTable: () => "a record or a table is expected",
  ErrNeedTable_Func: (name) => `\`${name}\` needs a table`,
  ErrNeedTableCol_Func: (name) => `\`${name}\` needs a table of one column`,
  ErrSearchWrongType: (type) => `a text column is expected, this one holds ${type}`,
  ErrSortWrongType: (type) => `values of type ${type} have no order`,
  ErrTableDoesNotAcceptThisType: () => "this row does not fit the other rows",
  ErrTypeError_Arg_Expected_Found: () => "the listed values have another type than the column",
  ErrUntypedObjectScope: () => "a JSON value has no columns; convert it first",
  ErrVariableRegEx: () => "the pattern must be a constant",
  ErrVariableRegExOptions: () => "the options must be constants",
  ErrInvalidStringInterpolation: () => "this value cannot be part of a text",
};

export function fxDiagnostic(
  key: string,
  span: Span,
  args: readonly string[] = [],
  severity: FxDiagnostic["severity"] = "error",
): FxDiagnostic {
  const message = Object.hasOwn(messages, key) ? messages[key]?.(...args) : undefined;
  return { key, severity, message: message ?? patternMessage(key) ?? key, span };
}

const patternPrefix = "ErrInvalidRegEx";

function patternMessage(key: string): string | undefined {
  if (!key.startsWith(patternPrefix)) return undefined;
  const problem = key.slice(patternPrefix.length);
  if (!Object.hasOwn(patternProblems, problem)) return undefined;
  return `the pattern is not valid: ${patternProblems[problem]}`;
}
