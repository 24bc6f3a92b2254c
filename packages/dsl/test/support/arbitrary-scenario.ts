/** Random scenarios: every construct of the grammar, meaning nothing in particular. */
import fc from "fast-check";
import {
  comma,
  duration,
  itemsOf,
  listOf,
  maybe,
  name,
  number,
  one,
  type Pieces,
  reference,
  seq,
  textToken,
} from "./pieces.ts";

interface Parts {
  readonly value: fc.Arbitrary<Pieces>;
  readonly expr: fc.Arbitrary<Pieces>;
  readonly entries: fc.Arbitrary<Pieces>;
  readonly requirement: fc.Arbitrary<Pieces>;
  readonly requested: fc.Arbitrary<Pieces>;
  readonly workerItem: fc.Arbitrary<Pieces>;
}

export function arbitraryScenario(parts: Parts): fc.Arbitrary<Pieces> {
  const { value, expr, entries, requirement, requested, workerItem } = parts;
  const time = fc.oneof(duration, one("limit"), seq("limit", "*", number));
  const after = maybe(seq("after", time));
  const note = maybe(seq("note", value));
  /** Does not begin with a word of the grammar. */
  const disposition = maybe(fc.oneof(textToken, one("a", "'quoted name'"), seq("(", value, ")")));
  const equals = one("==", "!=");
  const compares = one("==", "!=", "<", "<=", ">", ">=");
  const names = fc
    .array(name, { maxLength: 3 })
    .map((found) => ["[", ...found.flatMap((each) => [...each, comma]), "]"]);

  const habit = seq(one("accepts", "declines", "completes", "closes"), after);
  const person = seq("worker", name, itemsOf(fc.oneof(workerItem, habit), 3));

  const job = seq(
    seq("job", name, maybe(seq("on", reference)), maybe(seq("via", reference))),
    seq(maybe(seq("in", reference)), maybe(seq("priority", value))),
    maybe(fc.oneof(one("suspended"), seq("scheduled", "at", time))),
    maybe(entries),
    maybe(seq("requesting", listOf(requested, 1, 2))),
  );
  const action = seq(
    fc.oneof(
      job,
      person,
      seq(name, "accepts", name),
      seq(name, "declines", name, maybe(seq("for", time))),
      seq(name, "completes", name, note),
      seq(name, "closes", name, disposition, note, after),
      seq(name, "goes", "off"),
      seq(name, "comes", "back"),
      seq("set", name, entries),
      seq("change", name, itemsOf(workerItem, 2)),
      seq("move", name, maybe(seq("to", reference)), maybe(seq(comma, "priority", value))),
      seq("reclassify", name, maybe(seq("via", reference))),
      seq("cancel", name, disposition, note),
      seq("unassign", name, maybe(one("suspended"))),
      seq("release", name),
    ),
    maybe(one("refused")),
  );

  const outcome = maybe(one("issued", "accepted", "declined", "expired", "revoked"));
  const state = one(
    ...["created", "pending", "failed", "suspended", "scheduled", "queued", "completed", "closed"],
    ...["cancelled", "classified", "reclassified", "moved", "unassigned", "active", "draining"],
    "inactive",
  );
  const fact = fc.oneof(
    seq(maybe(one("no")), "offer", maybe(seq("of", name)), maybe(seq("to", name)), outcome),
    seq(name, maybe(one("not")), state),
    seq(name, maybe(one("not")), "assigned", maybe(seq("to", name))),
    seq(name, maybe(seq("no", "longer")), "requires", requirement),
    seq(one("queue", "disposition", "note"), "of", name, equals, value),
    seq("no", "queue", "of", name),
    seq(one("priority", "load"), "of", name, compares, value),
    seq("labels", "of", name, entries),
    seq("waiting", "in", reference, names),
    seq("workers", "for", name, names),
    seq(maybe(one("no")), "event", name, maybe(seq("of", name))),
    seq("events", "of", name, names),
  );
  const step = fc.oneof(seq("expect", fact), action);
  const moment = seq(
    fc.oneof(seq(one("at", "within", "until"), time), seq("from", time, "until", time)),
    fc.oneof(step, itemsOf(step, 3)),
  );

  const item = fc.oneof(
    { arbitrary: moment, weight: 5 },
    person,
    seq("starts", value),
    seq("choose", number),
    seq("stub", value, "->", fc.oneof(expr, one("fails"))),
    seq(one("classifying", "queueing", "offering"), "takes", value),
  );
  return seq("scenario", textToken, itemsOf(item, 4));
}
