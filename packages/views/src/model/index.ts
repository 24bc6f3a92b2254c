export { initialText, labelsOf, memberOf, sampleName, textsOf, valueOf } from "./form-model.ts";
export { mappingOf, mappingsAt, segmentsOf } from "./preview-model.ts";
