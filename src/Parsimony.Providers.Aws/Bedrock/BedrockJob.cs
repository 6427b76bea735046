using System.Globalization;
using System.Text.Json;

namespace Parsimony.Providers.Aws;

/// <summary>A job as Get and List show it.</summary>
/// <remarks>Members and statuses: boto/botocore data/bedrock/2023-04-20/service-2.json @0e6e240, read 2026-11-20.</remarks>
internal sealed record BedrockJob(string Arn, string? Name, string? Token, string Status, string? Message, DateTimeOffset? Submitted, string? Input, string? Output, long? Processed)
{
    /// <summary>The last part of the ARN, which is the job's folder in its output.</summary>
    public string Id => IdOf(Arn);

    /// <summary>Reads a job; null when it lacks its name or status.</summary>
    public static BedrockJob? Read(JsonElement root) => root.Text("jobArn") is { Length: > 0 } arn && root.Text("status") is { Length: > 0 } status
        ? new BedrockJob(
            arn,
            root.Text("jobName"),
            root.Text("clientRequestToken"),
            status,
            root.Text("message"),
            Time(root.Text("submitTime")),
            root.Object("inputDataConfig")?.Object("s3InputDataConfig")?.Text("s3Uri"),
            root.Object("outputDataConfig")?.Object("s3OutputDataConfig")?.Text("s3Uri"),
            root.Count("processedRecordCount"))
        : null;

    /// <summary>The last part of an ARN; the whole of what is none.</summary>
    public static string IdOf(string arn) => arn[(arn.LastIndexOf('/') + 1)..];

    /// <summary>What it means for us.</summary>
    /// <param name="retryAfter">How long the provider asked to wait.</param>
    public BatchSnapshot Snapshot(TimeSpan? retryAfter)
    {
        // A job that failed with records done has results, and they are billed; one that failed at the start has none.
        var phase = Status switch
        {
            "Completed" or "PartiallyCompleted" or "Expired" or "Stopped" => BatchPhase.Ended,
            "Failed" => Processed > 0 ? BatchPhase.Ended : BatchPhase.Rejected,
            "Stopping" => BatchPhase.Cancelling,
            _ => BatchPhase.Running,
        };
        return new BatchSnapshot
        {
            ProviderBatchId = Arn,
            Phase = phase,
            Rejection = phase == BatchPhase.Rejected ? Why() : null,
            // Counts are zero until validation is over (BerriAI/litellm pull 38744): a zero tells nothing before the end.
            Finished = Processed > 0 || phase == BatchPhase.Ended ? Processed : null,
            ResultReferences = phase == BatchPhase.Ended && Output is { Length: > 0 } output ? [$"{output.TrimEnd('/')}/{Id}/", .. Unrun()] : [],
            RetryAfter = retryAfter,
        };
    }

    private IEnumerable<string> Unrun()
    {
        BatchLineKind? kind = Status switch { "PartiallyCompleted" or "Expired" => BatchLineKind.Expired, "Stopped" => BatchLineKind.Cancelled, _ => null };
        return kind is { } why && Input is { Length: > 0 } input ? [new BedrockUnrun(input, why, Processed).ToString()] : [];
    }

    // UNVERIFIED: the words of messages are not documented. They are looked at for what they are about, and not kept.
    private ProviderFailure Why()
    {
        var (cause, code) =
            Mentions("access denied", "accessdenied", "not authorized", "permission") ? (FailureCause.Permission, "job-access")
            : Mentions("minimum", "less records", "fewer records") ? (FailureCause.InvalidRequest, "too-few-records")
            : Mentions("quota", "limit reached") ? (FailureCause.QueueLimit, "job-quota")
            : Mentions("exceeds", "maximum", "too many") ? (FailureCause.TooLarge, "job-size")
            : Mentions("internal") ? (FailureCause.ServerError, "job-internal")
            : (FailureCause.InvalidRequest, "job-failed");
        return new ProviderFailure(FailureStage.Create, cause, ProviderCode: code);
    }

    private bool Mentions(params ReadOnlySpan<string> phrases)
    {
        foreach (var phrase in phrases)
        {
            if (Message?.Contains(phrase, StringComparison.OrdinalIgnoreCase) is true)
            {
                return true;
            }
        }

        return false;
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
