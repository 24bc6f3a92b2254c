import { getPagedAsyncIterator, type PagedAsyncIterableIterator } from "@azure/core-paging";
import { isUnexpected } from "./is-unexpected.ts";
import type { Paged } from "./models.ts";
import type { JobRouterClient, Ok, Unexpected } from "./routes.ts";
import { nameOfRequest, readFailure, UnexpectedAnswer, unlike } from "./service-failure.ts";

export interface PaginateOptions {
  /** A list that goes on after so many is taken for one without end. 10,000 when absent. */
  readonly mostPages?: number;
}

/**
 * Every item of a list, page after page, from the answer that holds the first page on.
 *
 * @throws ServiceFailure when a page is refused; UnexpectedAnswer when the service sends pages in a
 * circle, more of them than anybody has, or leads to another address.
 */
export function paginate<T>(
  client: JobRouterClient,
  first: Ok<"200", Paged<T>> | Unexpected,
  { mostPages = 10_000 }: PaginateOptions = {},
): PagedAsyncIterableIterator<T, readonly T[]> {
  const followed = new Set<string>();
  const list = `the list ${nameOfRequest(first)}`;
  return getPagedAsyncIterator<T, readonly T[]>({
    firstPageLink: "",
    async getPage(link) {
      const response =
        link === "" ? first : await client.pathUnchecked(link).get({ skipUrlEncoding: true });
      if (isUnexpected(response)) throw readFailure(response);
      // Whatever it is, it came with a status of success.
      const body: unknown = response.body;
      const value =
        typeof body === "object" && body !== null && "value" in body ? body.value : body;
      if (!Array.isArray(value) || value === body) throw unlike(response, "a list");
      const { nextLink } = body as Paged<T>;
      if (nextLink === undefined || nextLink === null || nextLink === "")
        return { page: [...value] };
      if (followed.has(nextLink))
        throw new UnexpectedAnswer(
          `${list} leads back to a page of itself; nothing was taken from it`,
        );
      const path = pathAt(nextLink, first.request.url);
      if (path === undefined) {
        // Followed, it would take the credentials to an address that the service chose.
        throw new UnexpectedAnswer(`${list} goes on at another address; it was not followed`);
      }
      if (followed.size + 1 >= mostPages) {
        throw new UnexpectedAnswer(
          `${list} still goes on after ${mostPages} pages; it seems to have no end`,
        );
      }
      followed.add(nextLink);
      return { page: [...value], nextPageLink: path };
    },
  });
}

/** Where a link leads on the service that was asked; nothing for a link to another one. */
function pathAt(link: string, asked: string): string | undefined {
  if (link.startsWith("/") && !/^[\\/]/u.test(link.slice(1))) return link;
  if (!URL.canParse(link)) return undefined;
  const { origin, pathname, search, username, password } = new URL(link);
  const isSame = origin === new URL(asked).origin && username === "" && password === "";
  return isSame ? `${pathname}${search}` : undefined;
}
