import { type Diagnostic, hasErrors, sourceText } from "@routewright/diagnostics";
import {
  decodeObjects,
  mapSecrets,
  type ObjectKind,
  objectKinds,
  type RouterObjects,
} from "@routewright/jobrouter";
import {
  fromEntries,
  isList,
  isObject,
  type JsonValue,
  keyOf,
  type ObjectKey,
  objectTexts,
  type WireObject,
} from "../objects.ts";
import type { Fingerprints } from "../secrets/fingerprint.ts";
import type { KnownSecrets } from "../secrets/known-secrets.ts";
import { sealLive } from "../secrets/seal.ts";
import type { Listing, ObjectStore, StoredObject } from "./store.ts";

/** What the service held at one reading, its credentials taken out. */
export interface LiveObjects {
  readonly objects: ReadonlyMap<ObjectKey, LiveObject>;
  /** Objects that are there, and of a form that we do not know. */
  readonly unread: ReadonlySet<ObjectKey>;
  /** The service's clock before the first list was read; absent when it does not say. */
  readonly readAtMs?: number;
  /** What in the service's answers is not understood; such objects are left alone. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Objects that quote a credential where none belongs; they are among the unread ones. An id that
   * quotes one itself is left out.
   */
  readonly withheld: readonly { readonly kind: ObjectKind; readonly id?: string }[];
}

export interface LiveObject extends WireObject {
  readonly etag: string;
}

/** Reads all policies and queues. Whole lists: few requests, and nothing made by others is missed. */
export async function readLive(store: ObjectStore, print: Fingerprints): Promise<LiveObjects> {
  const { decoded, etags, unread, withheld, readAtMs, diagnostics } = await readDecoded(store);
  const objects = new Map<ObjectKey, LiveObject>();
  for (const object of sealLive(decoded, print)) {
    const key = keyOf(object);
    if (!unread.has(key)) objects.set(key, { ...object, etag: etags.get(key) ?? "" });
  }
  return {
    objects,
    unread,
    withheld,
    diagnostics,
    ...(readAtMs === undefined ? {} : { readAtMs }),
  };
}

/** The objects as the runtime takes them; credentials are marks there. */
export function liveAsObjects({ objects }: LiveObjects): RouterObjects {
  return decodeObjects([sourceText(JSON.stringify(objectTexts([...objects.values()])))]).value;
}

/** The same with the credentials that the service echoes; for turning live objects into source. */
export async function readDecoded(store: ObjectStore): Promise<{
  readonly decoded: RouterObjects;
  readonly etags: ReadonlyMap<ObjectKey, string>;
  readonly unread: ReadonlySet<ObjectKey>;
  readonly withheld: LiveObjects["withheld"];
  readonly readAtMs: number | undefined;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const unread = new Set<ObjectKey>();
  const { lists, withheld } = withhold(
    await Promise.all(
      objectKinds.map(async (kind: ObjectKind) => ({ kind, listing: await store.list(kind) })),
    ),
    store.secrets,
    unread,
  );
  const etags = new Map<ObjectKey, string>();
  for (const { kind, listing } of lists) {
    for (const { id, etag, body } of listing.objects) {
      const key = keyOf({ kind, id });
      etags.set(key, etag);
      // Decoded by itself, since a finding does not say which object it is about. What is
      // understood in part only must not be taken for the whole.
      const text = JSON.stringify({ [kind]: [hide(body, [])] });
      if (hasErrors(decodeObjects([sourceText(text)]).diagnostics)) unread.add(key);
    }
  }
  // Findings quote their source: the credentials are not in it.
  const vault: string[] = [];
  const text = JSON.stringify(
    Object.fromEntries(
      lists.map(({ kind, listing }) => [
        kind,
        listing.objects.map(({ body }) => hide(body, vault)),
      ]),
    ),
  );
  const { value, diagnostics } = decodeObjects([sourceText(text, "the service's answer")]);
  const decoded = reveal(value, vault);
  const times = lists.flatMap(({ listing }) => listing.readAtMs ?? []);
  return {
    decoded,
    etags,
    unread,
    withheld,
    diagnostics,
    readAtMs: times.length === lists.length ? Math.min(...times) : undefined,
  };
}

interface KindListing {
  readonly kind: ObjectKind;
  readonly listing: Listing;
}

/**
 * Leaves out the objects that hold a credential where none belongs: as a name, a label, an etag.
 * From there it would get into plans, states and what is printed.
 */
function withhold(
  lists: readonly KindListing[],
  secrets: KnownSecrets | undefined,
  unread: Set<ObjectKey>,
): { readonly lists: readonly KindListing[]; readonly withheld: LiveObjects["withheld"] } {
  if (secrets === undefined) return { lists, withheld: [] };
  const vault: string[] = [];
  const shown = new Map(
    lists.flatMap(({ listing }) =>
      listing.objects.map((object) => [object, JSON.stringify(hide(object.body, vault))] as const),
    ),
  );
  for (const credential of vault) secrets.add(credential);
  if (!secrets.quotes([...shown.values()].join("\n"))) return { lists, withheld: [] };
  const withheld: { kind: ObjectKind; id?: string }[] = [];
  const kept = lists.map(({ kind, listing }) => ({
    kind,
    listing: {
      ...listing,
      objects: listing.objects.filter((object) => {
        if (!secrets.quotes(shown.get(object) ?? "")) return true;
        unread.add(keyOf({ kind, id: object.id }));
        withheld.push(secrets.quotes(object.id) ? { kind } : { kind, id: object.id });
        return false;
      }),
    },
  }));
  return { lists: kept, withheld };
}

/** One object as it was answered, its credentials taken out; nothing when it is not understood. */
export function sealStored(
  kind: ObjectKind,
  stored: StoredObject,
  print: Fingerprints,
): WireObject | undefined {
  const vault: string[] = [];
  const text = JSON.stringify({ [kind]: [hide(stored.body, vault)] });
  const { value } = decodeObjects([sourceText(text, "the service's answer")]);
  return sealLive(reveal(value, vault), print)[0];
}

function reveal(objects: RouterObjects, vault: readonly string[]): RouterObjects {
  return mapSecrets(objects, (token) =>
    typeof token === "string" ? (vault[Number(token)] ?? token) : token,
  );
}

/** Puts a number in the place of each credential. No label is an object, so none is taken for one. */
function hide(value: JsonValue, vault: string[], key = ""): JsonValue {
  if (isList(value)) return value.map((item) => hide(item, vault));
  if (!isObject(value)) return value;
  return fromEntries(
    Object.entries(value).map(([name, item]) => {
      const isCredential = key === "credential" || key === "clientCredential";
      if (!isCredential || typeof item !== "string" || name === "clientId") {
        return [name, hide(item, vault, name)];
      }
      vault.push(item);
      return [name, String(vault.length - 1)];
    }),
  );
}
