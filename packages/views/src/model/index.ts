export type * from "./deploy-model.ts";
export {
  initialText,
  labelsOf,
  labelValueOf,
  memberOf,
  sampleName,
  textPairsOf,
  textsOf,
} from "./form-model.ts";
export { mappingOf, mappingsAt, segmentsOf } from "./preview-model.ts";
export { simulationChoiceOf } from "./simulation-model.ts";
