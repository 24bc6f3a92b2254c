import { positionAt } from "@routewright/diagnostics";
import type { CheckedProgram, Symbol as DeclaredSymbol, LanguageFunction } from "@routewright/dsl";
import { type RouterEventName, routerEventDocs, routerEventsPage } from "@routewright/jobrouter";
import type { Entity } from "../tree/occurrences.ts";
import { describeType, writeLabel } from "./describe.ts";
import { writeName, writeValue } from "./text.ts";

/** What people are told about a thing: a line of code, and Markdown below it. */
export interface EntityDocs {
  readonly code: string;
  readonly text: string;
}

export function docsOf(checked: CheckedProgram, entity: Entity): EntityDocs {
  switch (entity.kind) {
    case "symbol":
      return symbolDocs(checked, entity.symbol);
    case "label": {
      const { info, side, key } = entity;
      const isAutomatic = info !== undefined && info.declaration === undefined;
      const lines = [
        info?.declaration?.doc,
        isAutomatic ? `The id, which the service gives every ${side} as a label.` : undefined,
        info === undefined ? "Not declared." : undefined,
        info?.optional === true ? "May be missing." : undefined,
        info?.type.range === undefined
          ? undefined
          : `From ${info.type.range.min} to ${info.type.range.max}, both included.`,
        info?.defaultValue === undefined
          ? undefined
          : `In tests ${writeValue(info.defaultValue)} where it is not given.`,
      ];
      return { code: writeLabel(side, key, info), text: join(lines) };
    }
    case "local":
      return {
        code: `${entity.of} ${writeName(entity.name.text)}`,
        text: "Of this test or scenario.",
      };
    case "function":
      return functionDocs(entity.definition);
    case "file":
      return { code: `import ${JSON.stringify(entity.path)}`, text: "" };
  }
}

export function signatureOf({ name, parameters, result, variadic }: LanguageFunction): string {
  const written = parameters.map(
    (each) => `${each.name}${each.optional === true ? "?" : ""}: ${each.type}`,
  );
  return `${name}(${written.join(", ")}${variadic === true ? ", …" : ""}): ${result}`;
}

export function functionDocs(definition: LanguageFunction): EntityDocs {
  const examples = definition.examples.map(([text, value]) => `- \`${text}\` is \`${value}\``);
  const { name, operator } = definition.powerFx;
  const becomes = `In Power Fx: ${operator === true ? `the operator \`${name}\`` : `\`${name}\``}.`;
  return {
    code: signatureOf(definition),
    text: join([definition.doc, examples.join("\n"), becomes]),
  };
}

/** An event of the service, as scenarios expect it. */
export function eventDocs(name: RouterEventName): EntityDocs {
  const { doc, fields } = routerEventDocs[name];
  return {
    code: `event ${name}`,
    text: join([
      doc,
      `Carries ${fields.map((field) => `\`${field}\``).join(", ")}.`,
      `An event of [Event Grid](${routerEventsPage}): \`Microsoft.Communication.${name}\`.`,
    ]),
  };
}

function symbolDocs(checked: CheckedProgram, symbol: DeclaredSymbol): EntityDocs {
  const name = writeName(symbol.name.text);
  const { declaration } = symbol;
  const place = `Declared in \`${symbol.source.path}:${positionAt(symbol.source, symbol.name.span.start).line}\`.`;
  switch (symbol.kind) {
    case "let": {
      const { value } = symbol.declaration;
      const type = value === undefined ? undefined : checked.types.get(value);
      const constant = value === undefined ? undefined : checked.constants.get(value);
      const shown =
        value === undefined ? "" : symbol.source.text.slice(value.span.start, value.span.end);
      return {
        code: `let ${name}${type === undefined ? "" : `: ${describeType(type)}`}${
          shown.length > 0 && shown.length <= 200 ? ` = ${shown}` : ""
        }`,
        text: join([
          declaration.doc,
          constant === undefined ? undefined : `Is always \`${writeConstant(constant)}\`.`,
          place,
        ]),
      };
    }
    case "param": {
      const value = checked.parameters.get(symbol.name.text);
      const { type } = symbol.declaration;
      const written =
        type === undefined ? "" : symbol.source.text.slice(type.span.start, type.span.end);
      return {
        code: `param ${name}: ${written}`,
        text: join([
          declaration.doc,
          value === undefined ? "Has no value now." : `Is now \`${writeConstant(value)}\`.`,
          place,
        ]),
      };
    }
    case "secret":
      return {
        code: `secret ${name} from env ${JSON.stringify(symbol.declaration.env?.value ?? "")}`,
        text: join([
          declaration.doc,
          "Its value is read from the environment when the policy is applied, and is shown nowhere.",
          place,
        ]),
      };
    case "test":
      return {
        code: `test ${JSON.stringify(symbol.name.text)}`,
        text: join([declaration.doc, place]),
      };
    default:
      return {
        code: `${symbol.kind} ${name}`,
        text: join([
          declaration.doc,
          symbol.id === undefined || symbol.id === symbol.name.text
            ? undefined
            : `Its id in Job Router is \`${symbol.id}\`.`,
          place,
        ]),
      };
  }
}

function writeConstant(
  constant: NonNullable<ReturnType<CheckedProgram["constants"]["get"]>>,
): string {
  switch (constant.kind) {
    case "duration":
      return `${constant.seconds}s`;
    case "percent":
      return `${Number((constant.fraction * 100).toFixed(6))}%`;
    default:
      return writeValue(constant.value);
  }
}

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join("\n\n");
}
