import com.azure.communication.common.implementation.CommunicationConnectionString;
import com.azure.communication.common.implementation.HmacAuthenticationPolicy;
import com.azure.core.annotation.BodyParam;
import com.azure.core.annotation.Delete;
import com.azure.core.annotation.ExpectedResponses;
import com.azure.core.annotation.Get;
import com.azure.core.annotation.HeaderParam;
import com.azure.core.annotation.Host;
import com.azure.core.annotation.HostParam;
import com.azure.core.annotation.Patch;
import com.azure.core.annotation.PathParam;
import com.azure.core.annotation.Post;
import com.azure.core.annotation.QueryParam;
import com.azure.core.annotation.ServiceInterface;
import com.azure.core.annotation.UnexpectedResponseExceptionType;
import com.azure.core.credential.AzureKeyCredential;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.AddDatePolicy;
import com.azure.core.http.policy.AddHeadersFromContextPolicy;
import com.azure.core.http.policy.HttpLogOptions;
import com.azure.core.http.policy.HttpLoggingPolicy;
import com.azure.core.http.policy.RequestIdPolicy;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.core.http.policy.UserAgentPolicy;
import com.azure.core.http.rest.PagedIterable;
import com.azure.core.http.rest.PagedResponse;
import com.azure.core.http.rest.PagedResponseBase;
import com.azure.core.http.rest.RequestOptions;
import com.azure.core.http.rest.Response;
import com.azure.core.http.rest.RestProxy;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.publisher.Mono;

/**
 * Every operation of Job Router through what the official Java client is made of: the HTTP pipeline
 * and REST proxy of azure-core, its Netty client, and the signatures of azure-communication-common.
 * Run by scripts/conformance-java.ts. Prints one line for each check, then `N passed, M failed`.
 */
public final class PipelineSuite {
  /** The shape that the client's generated code has: paths, queries and headers as it declares them. */
  @Host("{endpoint}")
  @ServiceInterface(name = "JobRouter")
  public interface Service {
    @Patch("/routing/{collection}/{id}")
    @ExpectedResponses({200, 201})
    @UnexpectedResponseExceptionType(value = ClientAuthenticationException.class, code = {401})
    @UnexpectedResponseExceptionType(value = ResourceNotFoundException.class, code = {404})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> upsert(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @PathParam("id") String id,
        @HeaderParam("Content-Type") String contentType,
        @HeaderParam("accept") String accept,
        @BodyParam("application/merge-patch+json") BinaryData resource,
        RequestOptions options,
        Context context);

    @Get("/routing/{collection}/{id}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(value = ClientAuthenticationException.class, code = {401})
    @UnexpectedResponseExceptionType(value = ResourceNotFoundException.class, code = {404})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> get(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @PathParam("id") String id,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Get("/routing/{collection}/{id}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Mono<Response<BinaryData>> getAsync(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @PathParam("id") String id,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Get("/routing/{collection}/{id}/{view}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> view(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @PathParam("id") String id,
        @PathParam("view") String view,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Delete("/routing/{collection}/{id}")
    @ExpectedResponses({204})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<Void> delete(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @PathParam("id") String id,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Get("/routing/{collection}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> list(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("collection") String collection,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    /** The client follows a link as it is: it adds its endpoint, and no api-version. */
    @Get("{nextLink}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> listNext(
        @PathParam(value = "nextLink", encoded = true) String nextLink,
        @HostParam("endpoint") String endpoint,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Post("/routing/jobs/{id}:{action}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> jobAction(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("id") String id,
        @PathParam("action") String action,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Post("/routing/jobs/{id}/assignments/{assignmentId}:{action}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> assignmentAction(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("id") String id,
        @PathParam("assignmentId") String assignmentId,
        @PathParam("action") String action,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);

    @Post("/routing/workers/{id}/offers/{offerId}:{action}")
    @ExpectedResponses({200})
    @UnexpectedResponseExceptionType(HttpResponseException.class)
    Response<BinaryData> offerAction(
        @HostParam("endpoint") String endpoint,
        @QueryParam("api-version") String version,
        @PathParam("id") String id,
        @PathParam("offerId") String offerId,
        @PathParam("action") String action,
        @HeaderParam("accept") String accept,
        RequestOptions options,
        Context context);
  }

  /** Control of the emulator goes without a signature. */
  @Host("{endpoint}")
  @ServiceInterface(name = "Control")
  public interface Control {
    @Get("/_emulator/{what}")
    @ExpectedResponses({200})
    BinaryData read(@HostParam("endpoint") String endpoint, @PathParam("what") String what);

    @Post("/_emulator/{what}")
    @ExpectedResponses({200, 201})
    BinaryData change(
        @HostParam("endpoint") String endpoint,
        @PathParam("what") String what,
        @BodyParam("application/json") BinaryData body);
  }

  private static final String JSON = "application/json";
  private static final String PATCH = "application/merge-patch+json";
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final CommunicationConnectionString CONNECTION =
      new CommunicationConnectionString(System.getenv("EMULATOR_CONNECTION_STRING"));
  private static final String ENDPOINT = CONNECTION.getEndpoint();
  private static final Service SERVICE = service(CONNECTION.getAccessKey());
  private static final Control CONTROL =
      RestProxy.create(Control.class, new HttpPipelineBuilder().build());
  private static String version = "2023-11-01";

  private interface Check {
    void run() throws Exception;
  }

  public static void main(String[] args) {
    Map<String, Check> checks = new LinkedHashMap<>();
    checks.put("the walk of the README", PipelineSuite::readmeWalk);
    checks.put("policies and queues: made, read, changed, listed, deleted", PipelineSuite::administration);
    checks.put("unassign, decline with a later offer, reclassify, cancel", PipelineSuite::actions);
    checks.put("pages by links that carry no api-version", PipelineSuite::pages);
    checks.put("ids and filters with characters that are encoded, signed", PipelineSuite::encodedIds);
    checks.put("ETag and Last-Modified as conditions", PipelineSuite::conditions);
    checks.put("a member patched to null is gone, others stay", PipelineSuite::mergePatch);
    checks.put("refusals become the client's exceptions, with the error inside", PipelineSuite::refusals);
    checks.put("429 and 503 are tried again by the retry policy", PipelineSuite::retries);
    checks.put("asynchronous calls", PipelineSuite::asynchronous);
    checks.put("the preview's property with the preview's version", PipelineSuite::preview);
    checks.put("every operation was called", PipelineSuite::everyOperation);
    int failed = 0;
    for (Map.Entry<String, Check> each : checks.entrySet()) {
      try {
        each.getValue().run();
        System.out.println("ok   " + each.getKey());
      } catch (Throwable problem) {
        failed++;
        System.out.println("FAIL " + each.getKey() + "\n     " + problem);
        StackTraceElement[] trace = problem.getStackTrace();
        for (StackTraceElement frame : trace) {
          if (frame.getClassName().startsWith("PipelineSuite")) System.out.println("     at " + frame);
        }
      }
    }
    System.out.println((checks.size() - failed) + " passed, " + failed + " failed");
    System.exit(failed > 0 ? 1 : 0);
  }

  private static void readmeWalk() throws Exception {
    JsonNode policy =
        upsert(
            "distributionPolicies",
            "distribution-policy-id",
            "{'offerExpiresAfterSeconds':10.0,'mode':{'kind':'longestIdle','minConcurrentOffers':1,'maxConcurrentOffers':10}}");
    same(policy.at("/mode/kind").asText(), "longestIdle");
    same(policy.at("/offerExpiresAfterSeconds").asDouble(), 10.0);
    JsonNode queue =
        upsert("queues", "queue-id", "{'distributionPolicyId':'distribution-policy-id'}");
    same(queue.at("/labels/Id").asText(), "queue-id");
    JsonNode job =
        upsert(
            "jobs",
            "job-id",
            "{'channelId':'router-channel','queueId':'queue-id','priority':1,'channelReference':'12345',"
                + "'requestedWorkerSelectors':[{'key':'Some-skill','labelOperator':'greaterThan','value':10}]}");
    same(job.at("/status").asText(), "created");
    same(job.at("/requestedWorkerSelectors/0/status").asText(), "active");
    JsonNode worker =
        upsert(
            "workers",
            "worker-id",
            "{'capacity':10,'labels':{'Label':'Value','Some-skill':11},'tags':{'Tag':'Value'},'availableForOffers':true,"
                + "'channels':[{'channelId':'router-channel','capacityCostPerJob':1}],'queues':['queue-id']}");
    same(worker.at("/state").asText(), "active");
    JsonNode offer = get("workers", "worker-id").at("/offers/0");
    same(offer.at("/jobId").asText(), "job-id");
    recent(offer.at("/offeredAt").asText());
    long lasts =
        ChronoUnit.SECONDS.between(
            OffsetDateTime.parse(offer.at("/offeredAt").asText()),
            OffsetDateTime.parse(offer.at("/expiresAt").asText()));
    same(lasts, 10L);
    recent(get("jobs", "job-id").at("/enqueuedAt").asText());
    JsonNode accepted = offer("worker-id", offer.at("/offerId").asText(), "accept", null);
    same(accepted.at("/jobId").asText() + accepted.at("/workerId").asText(), "job-idworker-id");
    String assignment = accepted.at("/assignmentId").asText();
    same(get("jobs", "job-id").at("/status").asText(), "assigned");
    recent(get("jobs", "job-id").at("/assignments/" + assignment + "/assignedAt").asText());
    assignment("job-id", assignment, "complete", "{'note':'completed'}");
    recent(get("jobs", "job-id").at("/assignments/" + assignment + "/completedAt").asText());
    assignment("job-id", assignment, "close", "{'dispositionCode':'done','note':'closed'}");
    job = get("jobs", "job-id");
    same(job.at("/status").asText() + " " + job.at("/dispositionCode").asText(), "closed done");
    same(job.at("/notes").size(), 2);
    recent(job.at("/notes/0/addedAt").asText());
    delete("jobs", "job-id");
  }

  private static void administration() throws Exception {
    upsert("distributionPolicies", "d", "{'offerExpiresAfterSeconds':60,'mode':{'kind':'roundRobin'}}");
    upsert("exceptionPolicies", "e", "{'exceptionRules':[{'id':'r','trigger':{'kind':'queueLength','threshold':100},'actions':[{'kind':'cancel','note':'full'}]}]}");
    upsert("queues", "q", "{'distributionPolicyId':'d','exceptionPolicyId':'e','labels':{'region':'NA'}}");
    upsert("classificationPolicies", "c", "{'fallbackQueueId':'q','prioritizationRule':{'kind':'expression','expression':'If(job.vip = true, 10, 1)'},'queueSelectorAttachments':[{'kind':'passThrough','key':'region','labelOperator':'equal'}]}");
    same(get("exceptionPolicies", "e").at("/exceptionRules/0/actions/0/kind").asText(), "cancel");
    same(get("distributionPolicies", "d").at("/mode/kind").asText(), "roundRobin");
    same(get("queues", "q").at("/exceptionPolicyId").asText(), "e");
    same(upsert("classificationPolicies", "c", "{'name':'renamed'}").at("/name").asText(), "renamed");
    JsonNode read = get("classificationPolicies", "c");
    same(read.at("/prioritizationRule/language").asText(), "powerFx");
    for (String collection :
        List.of("distributionPolicies", "exceptionPolicies", "queues", "classificationPolicies", "workers")) {
      List<String> ids = new ArrayList<>();
      for (JsonNode each : list(collection, new RequestOptions().addQueryParam("maxpagesize", "1"))) {
        ids.add(each.at("/id").asText());
      }
      same(new TreeSet<>(ids).size(), ids.size());
      same(ids.isEmpty(), false);
    }
    upsert("queues", "q2", "{'distributionPolicyId':'d'}");
    delete("queues", "q2");
    upsert("exceptionPolicies", "e2", "{'exceptionRules':[]}");
    delete("exceptionPolicies", "e2");
    upsert("classificationPolicies", "c2", "{'fallbackQueueId':'q'}");
    delete("classificationPolicies", "c2");
    upsert("distributionPolicies", "d2", "{'mode':{'kind':'longestIdle'}}");
    delete("distributionPolicies", "d2");
  }

  private static void actions() throws Exception {
    JsonNode created = upsert("jobs", "j", "{'channelId':'ch','classificationPolicyId':'c','labels':{'vip':true,'region':'NA'}}");
    same(created.at("/status").asText(), "pendingClassification");
    same(get("jobs", "j").at("/queueId").asText() + get("jobs", "j").at("/priority").asInt(), "q10");
    JsonNode position = view("jobs", "j", "position");
    same(position.at("/position").asInt() + " " + position.at("/queueId").asText(), "1 q");
    position.at("/estimatedWaitTimeMinutes").asDouble();
    same(view("queues", "q", "statistics").at("/length").asInt(), 1);
    upsert("workers", "w", "{'capacity':1,'queues':['q'],'availableForOffers':true,'channels':[{'channelId':'ch','capacityCostPerJob':1}]}");
    String later = OffsetDateTime.parse(now()).plusSeconds(20).toString();
    JsonNode offer = get("workers", "w").at("/offers/0");
    offer("w", offer.at("/offerId").asText(), "decline", "{'retryOfferAt':'" + later + "'}");
    same(get("workers", "w").at("/offers").size(), 0);
    CONTROL.change(ENDPOINT, "clock", BinaryData.fromString("{\"advance\":\"PT21S\"}"));
    offer = get("workers", "w").at("/offers/0");
    JsonNode accepted = offer("w", offer.at("/offerId").asText(), "accept", null);
    JsonNode unassigned =
        assignment("j", accepted.at("/assignmentId").asText(), "unassign", "{'suspendMatching':true}");
    same(unassigned.at("/unassignmentCount").asInt(), 1);
    same(get("jobs", "j").at("/matchingMode/kind").asText(), "suspend");
    upsert("jobs", "j", "{'matchingMode':{'kind':'queueAndMatch'}}");
    job("j", "reclassify", null);
    same(get("jobs", "j").at("/status").asText(), "queued");
    job("j", "cancel", "{'note':'no more','dispositionCode':'code'}");
    same(get("jobs", "j").at("/status").asText(), "cancelled");
    delete("jobs", "j");
    upsert("workers", "w", "{'availableForOffers':false}");
    delete("workers", "w");
  }

  private static void pages() throws Exception {
    Set<String> made = new TreeSet<>();
    for (int number = 0; number < 25; number++) {
      made.add("page " + number);
      upsert("jobs", "page " + number, "{'channelId':'p','queueId':'q'}");
    }
    RequestOptions options =
        new RequestOptions().addQueryParam("maxpagesize", "7").addQueryParam("channelId", "p");
    List<String> listed = new ArrayList<>();
    int pages = 0;
    for (PagedResponse<JsonNode> page : list("jobs", options).iterableByPage()) {
      pages++;
      for (JsonNode each : page.getElements()) listed.add(each.at("/id").asText());
    }
    same(pages, 4);
    same(listed.size(), made.size());
    same(new TreeSet<>(listed), made);
    for (String id : made) {
      job(id, "cancel", "{}");
      delete("jobs", id);
    }
  }

  private static void encodedIds() throws Exception {
    String id = "a b%c+d&e=f~é(1)!*$,;@";
    upsert("queues", id, "{'distributionPolicyId':'d'}");
    upsert("jobs", id, "{'channelId':'ch','queueId':" + MAPPER.writeValueAsString(id) + "}");
    same(get("jobs", id).at("/queueId").asText(), id);
    List<JsonNode> found = new ArrayList<>();
    list("jobs", new RequestOptions().addQueryParam("queueId", id)).forEach(found::add);
    same(found.size(), 1);
    job(id, "cancel", "{}");
    delete("jobs", id);
    delete("queues", id);
  }

  private static void conditions() throws Exception {
    Response<BinaryData> read = SERVICE.get(ENDPOINT, version, "queues", "q", JSON, new RequestOptions(), Context.NONE);
    String etag = read.getHeaders().getValue(HttpHeaderName.ETAG);
    same(tree(read.getValue()).at("/etag").asText(), etag);
    String modified = read.getHeaders().getValue(HttpHeaderName.LAST_MODIFIED);
    upsert("queues", "q", "{'name':'one'}", new RequestOptions().setHeader(HttpHeaderName.IF_MATCH, etag).setHeader(HttpHeaderName.IF_UNMODIFIED_SINCE, modified));
    same(refused(() -> upsert("queues", "q", "{'name':'two'}", new RequestOptions().setHeader(HttpHeaderName.IF_MATCH, etag))).getResponse().getStatusCode(), 412);
    same(get("queues", "q").at("/name").asText(), "one");
  }

  private static void mergePatch() throws Exception {
    upsert("queues", "q", "{'name':'name','labels':{'extra':1}}");
    JsonNode queue = upsert("queues", "q", "{'name':null,'labels':{'extra':null}}");
    same(queue.has("name") && !queue.get("name").isNull(), false);
    same(queue.at("/labels").has("extra"), false);
    same(queue.at("/labels/region").asText(), "NA");
  }

  private static void refusals() throws Exception {
    HttpResponseException missing = refused(() -> get("jobs", "no such job"));
    same(missing instanceof ResourceNotFoundException, true);
    Service stranger = service("d3Jvbmc=");
    HttpResponseException unknown = refused(() -> stranger.get(ENDPOINT, version, "queues", "q", JSON, new RequestOptions(), Context.NONE));
    same(unknown instanceof ClientAuthenticationException, true);
    HttpResponseException bad = refused(() -> upsert("jobs", "bad", "{'channelId':'ch','queueId':'no such queue'}"));
    same(bad.getResponse().getStatusCode(), 400);
    same(bad.getMessage().contains("communicationError"), true);
  }

  private static void retries() throws Exception {
    for (int status : new int[] {429, 503}) {
      CONTROL.change(ENDPOINT, "faults", BinaryData.fromString("{\"status\":" + status + ",\"retryAfterSeconds\":1,\"count\":1,\"operations\":[\"getQueue\"]}"));
      long before = System.nanoTime();
      same(get("queues", "q").at("/id").asText(), "q");
      same(System.nanoTime() - before >= 900_000_000L, true);
    }
  }

  private static void asynchronous() throws Exception {
    Response<BinaryData> read =
        SERVICE.getAsync(ENDPOINT, version, "queues", "q", JSON, new RequestOptions(), Context.NONE).block();
    same(tree(read.getValue()).at("/id").asText(), "q");
  }

  private static void preview() throws Exception {
    version = "2024-01-18-preview";
    try {
      JsonNode worker = upsert("workers", "limited", "{'capacity':10,'queues':[],'maxConcurrentOffers':1}");
      same(worker.at("/maxConcurrentOffers").asInt(), 1);
      for (PagedResponse<JsonNode> page : list("workers", new RequestOptions().addQueryParam("maxpagesize", "1")).iterableByPage()) {
        for (JsonNode each : page.getElements()) {
          if (each.at("/id").asText().equals("limited")) same(each.at("/maxConcurrentOffers").asInt(), 1);
        }
      }
    } finally {
      version = "2023-11-01";
    }
    same(get("workers", "limited").has("maxConcurrentOffers"), false);
  }

  private static void everyOperation() throws Exception {
    Set<String> left = new TreeSet<>();
    for (JsonNode each : tree(CONTROL.read(ENDPOINT, "coverage")).at("/operations")) {
      if (each.at("/calls").asInt() == 0) left.add(each.at("/name").asText());
    }
    same(left, new TreeSet<String>());
  }

  private static Service service(String key) {
    HttpPipeline pipeline =
        new HttpPipelineBuilder()
            .policies(
                new UserAgentPolicy("", "azure-communication-jobrouter", "0", null),
                new RequestIdPolicy(),
                new AddHeadersFromContextPolicy(),
                new RetryPolicy(),
                new AddDatePolicy(),
                new HmacAuthenticationPolicy(new AzureKeyCredential(key)),
                new HttpLoggingPolicy(new HttpLogOptions()))
            .build();
    return RestProxy.create(Service.class, pipeline);
  }

  private static JsonNode upsert(String collection, String id, String body) throws Exception {
    return upsert(collection, id, body, new RequestOptions());
  }

  private static JsonNode upsert(String collection, String id, String body, RequestOptions options) throws Exception {
    Response<BinaryData> made =
        SERVICE.upsert(ENDPOINT, version, collection, id, PATCH, JSON, json(body), options, Context.NONE);
    return tree(made.getValue());
  }

  private static JsonNode get(String collection, String id) throws Exception {
    return tree(SERVICE.get(ENDPOINT, version, collection, id, JSON, new RequestOptions(), Context.NONE).getValue());
  }

  private static JsonNode view(String collection, String id, String view) throws Exception {
    return tree(SERVICE.view(ENDPOINT, version, collection, id, view, JSON, new RequestOptions(), Context.NONE).getValue());
  }

  private static void delete(String collection, String id) {
    SERVICE.delete(ENDPOINT, version, collection, id, JSON, new RequestOptions(), Context.NONE);
  }

  private static JsonNode job(String id, String action, String body) throws Exception {
    return tree(SERVICE.jobAction(ENDPOINT, version, id, action, JSON, bodyOf(body), Context.NONE).getValue());
  }

  private static JsonNode assignment(String id, String assignment, String action, String body) throws Exception {
    return tree(SERVICE.assignmentAction(ENDPOINT, version, id, assignment, action, JSON, bodyOf(body), Context.NONE).getValue());
  }

  private static JsonNode offer(String worker, String offer, String action, String body) throws Exception {
    return tree(SERVICE.offerAction(ENDPOINT, version, worker, offer, action, JSON, bodyOf(body), Context.NONE).getValue());
  }

  /** An optional body travels as the client sends it: with its content type, or not at all. */
  private static RequestOptions bodyOf(String body) {
    RequestOptions options = new RequestOptions();
    return body == null ? options : options.setBody(json(body)).setHeader(HttpHeaderName.CONTENT_TYPE, JSON);
  }

  private static PagedIterable<JsonNode> list(String collection, RequestOptions options) {
    return new PagedIterable<>(
        () -> page(SERVICE.list(ENDPOINT, version, collection, JSON, options, Context.NONE)),
        link -> page(SERVICE.listNext(link, ENDPOINT, JSON, new RequestOptions(), Context.NONE)));
  }

  private static PagedResponse<JsonNode> page(Response<BinaryData> response) {
    JsonNode body;
    try {
      body = tree(response.getValue());
    } catch (Exception problem) {
      throw new IllegalStateException(problem);
    }
    List<JsonNode> items = new ArrayList<>();
    body.at("/value").forEach(items::add);
    String link = body.hasNonNull("nextLink") ? body.get("nextLink").asText() : null;
    return new PagedResponseBase<Void, JsonNode>(
        response.getRequest(), response.getStatusCode(), response.getHeaders(), items, link, null);
  }

  private static BinaryData json(String text) {
    return BinaryData.fromString(text.replace('\'', '"'));
  }

  private static JsonNode tree(BinaryData data) throws Exception {
    return MAPPER.readTree(data.toString());
  }

  private static String now() throws Exception {
    return tree(CONTROL.read(ENDPOINT, "clock")).at("/now").asText();
  }

  private static void recent(String text) throws Exception {
    long off = ChronoUnit.SECONDS.between(OffsetDateTime.parse(text), OffsetDateTime.parse(now()));
    if (Math.abs(off) > 60) throw new AssertionError(text + " is " + off + " s off");
  }

  private static HttpResponseException refused(Check call) throws Exception {
    try {
      call.run();
    } catch (HttpResponseException refusal) {
      return refusal;
    }
    throw new AssertionError("was not refused");
  }

  private static void same(Object got, Object wanted) {
    if (!got.equals(wanted)) throw new AssertionError(got + " is not " + wanted);
  }
}
