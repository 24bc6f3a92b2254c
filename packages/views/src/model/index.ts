export type * from "./deploy-model.ts";
export {
  initialText,
  labelsOf,
  labelValueOf,
  memberOf,
  sampleName,
  textsOf,
} from "./form-model.ts";
export { mappingOf, mappingsAt, segmentsOf } from "./preview-model.ts";
