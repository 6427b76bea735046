namespace Parsimony.Sandbox.Model;

/// <summary>The faults a script can name, with the operations each can strike.</summary>
internal static class FaultName
{
    public const string NotFoundAfterCreate = "not_found_after_create";
    public const string CreateReplyLost = "create_reply_lost";
    public const string CreateLost = "create_lost";
    public const string ResultsShuffled = "results_shuffled";
    public const string ResultMissing = "result_missing";
    public const string ResultDuplicated = "result_duplicated";
    public const string ResultUnknownId = "result_unknown_id";
    public const string ResultTruncated = "result_truncated";
    public const string ResultMalformed = "result_malformed";
    public const string ResultsBom = "results_bom";
    public const string ResultsCrlf = "results_crlf";
    public const string ResultHuge = "result_huge";
    public const string EmptyOutput = "empty_output";
    public const string CountsLag = "counts_lag";
    public const string JobStuck = "job_stuck";
    public const string ExpiresHalfway = "expires_halfway";
    public const string CancelSlow = "cancel_slow";
    public const string RateLimited = "rate_limited";
    public const string QueueLimitAfterCreate = "queue_limit_after_create";
    public const string ServerError = "server_error";
    public const string DisconnectUpload = "disconnect_upload";
    public const string DisconnectDownload = "disconnect_download";
    public const string SlowBytes = "slow_bytes";
    public const string WrongKey = "wrong_key";
    public const string ClockSkew = "clock_skew";
    public const string LiveReplyLost = "live_reply_lost";
    public const string RefuseItem = "refuse_item";
    public const string ItemServerError = "item_server_error";
    public const string LiveRefused = "live_refused";

    /// <summary>Faults that shape a result file; once struck they stay with the batch, as a wrong file would.</summary>
    public static readonly string[] ResultShapes =
        [ResultsShuffled, ResultMissing, ResultDuplicated, ResultUnknownId, ResultMalformed, ResultsBom, ResultsCrlf, ResultHuge];

    public static readonly string[] All =
    [
        NotFoundAfterCreate, CreateReplyLost, CreateLost, .. ResultShapes, ResultTruncated, EmptyOutput, CountsLag, JobStuck, ExpiresHalfway,
        CancelSlow, RateLimited, QueueLimitAfterCreate, ServerError, DisconnectUpload, DisconnectDownload, SlowBytes, WrongKey, ClockSkew,
        LiveReplyLost, RefuseItem, ItemServerError, LiveRefused,
    ];
}

/// <summary>The operations a rule can name.</summary>
internal static class Operation
{
    public const string Any = "*";
    public const string FileUpload = "file.upload";
    public const string FileGet = "file.get";
    public const string FileContent = "file.content";
    public const string FileList = "file.list";
    public const string FileDelete = "file.delete";
    public const string BatchCreate = "batch.create";
    public const string BatchGet = "batch.get";
    public const string BatchList = "batch.list";
    public const string BatchCancel = "batch.cancel";
    public const string BatchResults = "batch.results";
    public const string BatchDelete = "batch.delete";
    public const string CacheCreate = "cache.create";
    public const string CacheGet = "cache.get";
    public const string CacheList = "cache.list";
    public const string CacheUpdate = "cache.update";
    public const string CacheDelete = "cache.delete";
    public const string ChatCreate = "chat.create";
    public const string ResponsesCreate = "responses.create";
    public const string MessagesCreate = "messages.create";
    public const string EmbeddingsCreate = "embeddings.create";
    public const string ImagesCreate = "images.create";
    public const string TokensCount = "tokens.count";
    public const string ModelsList = "models.list";
    public const string UsageReport = "report.usage";
    public const string CostReport = "report.cost";

    public static readonly string[] All =
    [
        Any, FileUpload, FileGet, FileContent, FileList, FileDelete, BatchCreate, BatchGet, BatchList, BatchCancel, BatchResults, BatchDelete,
        CacheCreate, CacheGet, CacheList, CacheUpdate, CacheDelete,
        ChatCreate, ResponsesCreate, MessagesCreate, EmbeddingsCreate, ImagesCreate, TokensCount, ModelsList, UsageReport, CostReport,
    ];

    public static bool IsReport(string operation) => operation is UsageReport or CostReport;

    public static bool IsLive(string operation) =>
        operation is ChatCreate or ResponsesCreate or MessagesCreate or EmbeddingsCreate or ImagesCreate;
}
