import type { SourceLocation, TestStub } from "../bundle.ts";
import { jsonRange } from "../catalogue.ts";
import {
  boolean,
  integer,
  number,
  openMembers,
  type Reader,
  report,
  text,
  within,
  word,
} from "./members.ts";
import { labelValue } from "./policies.ts";

export const offset = within(integer, 0, 0x7fff_ffff, "a place from 0 on is wanted", "error");

export const location: Reader<SourceLocation> = (node, name, reading) => {
  const members = openMembers(node, name, "a location", reading);
  const source = members?.required("source", offset);
  const start = members?.required("start", offset);
  const end = members?.required("end", offset);
  const line = members?.required("line", offset);
  const column = members?.required("column", offset);
  members?.close();
  if (source === undefined || start === undefined || end === undefined) return undefined;
  if (line === undefined || column === undefined) return undefined;
  return { source, start, end, line, column };
};

export const stub: Reader<TestStub> = (node, name, reading) => {
  const members = openMembers(node, name, "a stub", reading);
  const uri = members?.required("uri", text);
  const answer = members?.required("answer", stubAnswer);
  members?.close();
  return uri === undefined || answer === undefined ? undefined : { uri, answer };
};

const stubAnswer: Reader<TestStub["answer"]> = (node, name, reading) => {
  const members = openMembers(node, name, "an answer", reading);
  if (members === undefined) return undefined;
  const fail = members.optional("fail", boolean);
  const value = fail === true ? undefined : members.required("value", labelValue);
  members.close();
  if (fail === true) return { fail };
  return value === undefined ? undefined : { value };
};

export const comparison = word(["==", "!=", "<", "<=", ">", ">="]);

/** Where weighted choices fall. */
export const choice: Reader<number> = (node, name, reading) => {
  const value = number(node, name, reading);
  if (value === undefined || (value >= 0 && value < 1)) return value;
  const wanted = "a number from 0 to below 1 is wanted";
  report(reading, jsonRange, { name, wanted, found: String(value) }, node.span);
  return undefined;
};
