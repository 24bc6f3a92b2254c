import { getPagedAsyncIterator, type PagedAsyncIterableIterator } from "@azure/core-paging";
import { isUnexpected } from "./is-unexpected.ts";
import type { Paged } from "./models.ts";
import type { JobRouterClient, Ok, Unexpected } from "./routes.ts";
import { readFailure } from "./service-failure.ts";

/**
 * Every item of a list, page after page, from the answer that holds the first page on.
 *
 * @throws ServiceFailure when a page is refused; Error when the service sends pages in a circle.
 */
export function paginate<T>(
  client: JobRouterClient,
  first: Ok<"200", Paged<T>> | Unexpected,
): PagedAsyncIterableIterator<T, readonly T[]> {
  const followed = new Set<string>();
  return getPagedAsyncIterator<T, readonly T[]>({
    firstPageLink: "",
    async getPage(link) {
      const response =
        link === "" ? first : await client.pathUnchecked(link).get({ skipUrlEncoding: true });
      if (isUnexpected(response)) throw readFailure(response);
      const { value, nextLink } = response.body as Paged<T>;
      if (nextLink === undefined || nextLink === null || nextLink === "")
        return { page: [...value] };
      if (followed.has(nextLink)) throw new Error("the service's list leads back to itself");
      if (!nextLink.startsWith("/") || nextLink.startsWith("//")) {
        // Followed, it would take the credentials to an address that the service chose.
        throw new Error("the service's list goes on at another address; it was not followed");
      }
      followed.add(nextLink);
      return { page: [...value], nextPageLink: nextLink };
    },
  });
}
