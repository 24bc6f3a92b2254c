import { getPagedAsyncIterator, type PagedAsyncIterableIterator } from "@azure/core-paging";
import { isUnexpected } from "./is-unexpected.ts";
import type { Paged } from "./models.ts";
import type { JobRouterClient, Ok, Unexpected } from "./routes.ts";
import { readFailure, UnexpectedAnswer } from "./service-failure.ts";

/**
 * Every item of a list, page after page, from the answer that holds the first page on.
 *
 * @throws ServiceFailure when a page is refused; UnexpectedAnswer when the service sends pages in a circle.
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
      // Whatever it is, it came with a status of success.
      const body: unknown = response.body;
      if (typeof body !== "object" || body === null || !("value" in body)) {
        throw new UnexpectedAnswer("the service sent something that is no list");
      }
      const { value, nextLink } = body as Paged<T>;
      if (!Array.isArray(value)) {
        throw new UnexpectedAnswer("the service sent something that is no list");
      }
      if (nextLink === undefined || nextLink === null || nextLink === "")
        return { page: [...value] };
      if (followed.has(nextLink))
        throw new UnexpectedAnswer("the service's list leads back to itself");
      if (!nextLink.startsWith("/") || nextLink.startsWith("//")) {
        // Followed, it would take the credentials to an address that the service chose.
        throw new UnexpectedAnswer(
          "the service's list goes on at another address; it was not followed",
        );
      }
      followed.add(nextLink);
      return { page: [...value], nextPageLink: nextLink };
    },
  });
}
