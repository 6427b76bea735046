using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>
/// A batch as xAI describes it: counters, no status (https://github.com/xai-org/xai-proto, proto/xai/api/v1/batch.proto, 2026-05-17, read 2026-11-20). Any member may be missing;
/// counters that are missing say nothing, which is not the same as nothing to do.
/// </summary>
internal sealed record XaiBatch
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? InputFileId { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>From when its results are gone; of a bare date its end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>Whether xAI itself cancelled it: a line of its file could not be read.</summary>
    public bool IsCancelledByXai { get; init; }

    /// <summary>All requests; null when the counters are missing.</summary>
    public long? Requests { get; init; }

    public long Pending { get; init; }

    public long Finished { get; init; }

    public long Answered { get; init; }

    /// <summary>Reads a batch; null when it has no id.</summary>
    public static XaiBatch? Read(JsonElement batch)
    {
        if (batch.Text("batch_id") is not { Length: > 0 } id)
        {
            return null;
        }

        var state = batch.Object("state");
        var answered = state?.Count("num_success") ?? 0;
        var isByXai = batch.Text("cancel_by_xai_message") is { Length: > 0 };
        return new XaiBatch
        {
            Id = id,
            Name = batch.Text("name"),
            InputFileId = batch.Text("input_file_id"),
            CreatedAt = Instant(batch.Text("create_time"), isEnd: false),
            ExpiresAt = Instant(batch.Text("expire_time") ?? batch.Text("expires_at"), isEnd: true),
            IsCancelled = isByXai || batch.Text("cancel_time") is { Length: > 0 },
            IsCancelledByXai = isByXai,
            Requests = state?.Count("num_requests"),
            Pending = Math.Max(0, state?.Count("num_pending") ?? 0),
            Finished = Math.Max(0, answered + (state?.Count("num_error") ?? 0) + (state?.Count("num_cancelled") ?? 0)),
            Answered = answered,
        };
    }

    /// <summary>What the batch says at <paramref name="now"/>.</summary>
    public BatchSnapshot Snapshot(DateTimeOffset now, TimeSpan? retryAfter)
    {
        var phase = Phase(now);
        return new BatchSnapshot
        {
            ProviderBatchId = Id,
            Phase = phase,
            Rejection = phase != BatchPhase.Rejected ? null
                : new ProviderFailure(FailureStage.Create, IsCancelledByXai ? FailureCause.InvalidRequest : FailureCause.Cancelled, ProviderCode: IsCancelledByXai ? "cancelled_by_xai" : null),
            Finished = Requests is null ? null : Finished,
            RetryAfter = retryAfter,
        };
    }

    private BatchPhase Phase(DateTimeOffset now)
    {
        if (IsCancelledByXai)
        {
            return Answered > 0 ? BatchPhase.Ended : BatchPhase.Rejected;
        }

        if (ExpiresAt <= now)
        {
            return BatchPhase.Ended;
        }

        if (IsCancelled)
        {
            return Requests == 0 ? BatchPhase.Rejected : Requests is null || Pending > 0 ? BatchPhase.Cancelling : BatchPhase.Ended;
        }

        // None yet: the file is still looked through. A batch of ours is never empty.
        return Requests is null or 0 || Pending > 0 ? BatchPhase.Running : BatchPhase.Ended;
    }

    /// <summary>An instant of RFC 3339, or a bare date, as both were seen (https://github.com/BerriAI/litellm, litellm/llms/xai/batches, read 2026-11-20).</summary>
    private static DateTimeOffset? Instant(string? text, bool isEnd)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day == DateOnly.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(day.AddDays(isEnd ? 1 : 0).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
    }
}
