import type { Bundle, RouterRule } from "@routewright/jobrouter";
import { placesIn } from "@routewright/runtime";
import { type FormulasParams, type FormulasResult, virtualScheme } from "../protocol.ts";
import type { Snapshot } from "../workspace/snapshot.ts";
import { compileDocument, locationIn, type Wire } from "./compiled.ts";

export interface CompiledFormula {
  /** Of the rule; the formula is its `expression`. */
  readonly pointer: string;
  readonly text: string;
  /** `xbox: priority` */
  readonly title: string;
}

/** Every formula of a bundle, in the order of its objects. */
export function formulasOf(bundle: Bundle): readonly CompiledFormula[] {
  const found: CompiledFormula[] = [];
  const add = (rule: RouterRule | undefined, pointer: string, title: string): void => {
    if (rule?.kind === "expression") found.push({ pointer, text: rule.expression, title });
  };
  for (const [index, policy] of bundle.objects.classificationPolicies.entries()) {
    const at = `/objects/classificationPolicies/${index}`;
    for (const side of ["queue", "worker"] as const) {
      const key = `${side}SelectorAttachments` as const;
      for (const [number, attachment] of (policy[key] ?? []).entries()) {
        const place = `${at}/${key}/${number}`;
        const title = `${policy.id}: ${side} ${number + 1}`;
        if (attachment.kind === "conditional") {
          add(attachment.condition, `${place}/condition`, title);
        } else if (attachment.kind === "ruleEngine") add(attachment.rule, `${place}/rule`, title);
      }
    }
    add(policy.prioritizationRule, `${at}/prioritizationRule`, `${policy.id}: priority`);
  }
  for (const [index, policy] of bundle.objects.distributionPolicies.entries()) {
    const rule = policy.mode?.kind === "bestWorker" ? policy.mode.scoringRule : undefined;
    add(rule, `/objects/distributionPolicies/${index}/mode/scoringRule`, `${policy.id}: score`);
  }
  return found;
}

export function formulas(snapshot: Snapshot, params: FormulasParams, wire: Wire): FormulasResult {
  const compiled = compileDocument(snapshot, params, wire);
  if (!compiled.ok) return compiled;
  const { bundle } = compiled;
  const places = placesIn(bundle);
  return {
    ok: true,
    formulas: formulasOf(bundle).map(({ pointer, title }) => {
      const location = locationIn(bundle, places.find(pointer), wire);
      return {
        uri: formulaUri(params.uri, pointer),
        pointer,
        title,
        ...(location === undefined ? {} : { location }),
      };
    }),
  };
}

/** `routewright:/formula/classificationPolicies/0/prioritizationRule.fx?file:///…/main.route` */
export function formulaUri(document: string, pointer: string): string {
  const path = pointer.replace(/^\/objects\//u, "");
  return `${virtualScheme}:/formula/${path}.fx?${encodeURIComponent(document)}`;
}

export function readFormulaUri(
  uri: string,
): { readonly document: string; readonly pointer: string } | undefined {
  const match = /^routewright:\/formula\/(.+)\.fx\?(.+)$/u.exec(uri);
  const [, path, document] = match ?? [];
  if (path === undefined || document === undefined) return undefined;
  try {
    // Editors may have encoded the query once more.
    const once = decodeURIComponent(document);
    const twice = /^[a-z][a-z0-9+.-]*%3A/iu.test(once) ? decodeURIComponent(once) : once;
    return { document: twice, pointer: `/objects/${decodeURIComponent(path)}` };
  } catch {
    return undefined;
  }
}

/** The text of a virtual document; `undefined` when the policy has no such formula (any more). */
export function formulaText(snapshot: Snapshot, uri: string, wire: Wire): string | undefined {
  const place = readFormulaUri(uri);
  if (place === undefined) return undefined;
  const compiled = compileDocument(snapshot, { uri: place.document }, wire);
  if (!compiled.ok) return undefined;
  return formulasOf(compiled.bundle).find(({ pointer }) => pointer === place.pointer)?.text;
}
