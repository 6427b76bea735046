using System.Runtime.InteropServices;
using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>One line of a job's output: Gemini's echoes the request, whose labels hold our id, Claude's has a custom id. Never throws for what a line holds.</summary>
/// <remarks>
/// docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/batch-prediction-from-cloud-storage and .../partner-models/claude/batch, read
/// 2026-11-20. A failure is text in <c>status</c>, mostly with Google's error as JSON behind a phrase; Claude's texts are UNVERIFIED.
/// </remarks>
internal static class VertexLineReader
{
    /// <summary>Reads a line; one that cannot be read says so, and whose it is when that much can be read.</summary>
    public static BatchLine Read(ReadOnlyMemory<byte> line, long number)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = GeminiRequestRenderer.MaxDepth });
            return Read(document.RootElement, number);
        }
        catch (JsonException)
        {
            return UnansweredLine.Unreadable(null, number);
        }
    }

    private static BatchLine Read(JsonElement root, long number)
    {
        var labels = root.Object("request")?.Object("labels");
        var id = root.Text("custom_id") ?? (labels is { } ours ? LabelledId.Read(name => ours.Text(name)) : null);
        if (id is not { Length: > 0 })
        {
            return UnansweredLine.Unreadable(null, number);
        }

        var status = root.Text("status");
        if (root.Object("response") is { } response && response.EnumerateObject().Any())
        {
            return response.Object("error") is { } error ? UnansweredLine.Failed(OfError(response, error), id, number)
                : VertexAnswers.ReadAnswer(JsonMarshal.GetRawUtf8Value(response).ToArray()) is { } answer
                    ? new BatchLine { LineNumber = number, Kind = BatchLineKind.Answered, CustomId = id, Answer = answer }
                    : UnansweredLine.Unreadable(id, number);
        }

        return status is { Length: > 0 } || root.Object("error") is not null ? UnansweredLine.Failed(OfStatus(status ?? "", root.Object("error")), id, number) : UnansweredLine.Unreadable(id, number);
    }

    private static ProviderFailure OfError(JsonElement owner, JsonElement error) => error.Text("type") is { } type && error.Text("status") is null
        ? new ProviderFailure(FailureStage.Item, AnthropicErrorReader.Cause(type) ?? FailureCause.ServerError, ProviderCode: ProviderFailure.SafeCode(type))
        : GeminiErrorReader.Read(FailureStage.Item, owner.Object("error") ?? error);

    private static ProviderFailure OfStatus(string status, JsonElement? error)
    {
        if (error is { } told)
        {
            return GeminiErrorReader.Read(FailureStage.Item, told);
        }

        var brace = status.IndexOf('{', StringComparison.Ordinal);
        try
        {
            if (brace >= 0)
            {
                using var document = JsonDocument.Parse(status[brace..]);
                if (document.RootElement.Object("error") is { } inner)
                {
                    return OfError(document.RootElement, inner);
                }
            }
        }
        catch (JsonException)
        {
            // A phrase with a brace in it.
        }

        var cause = status switch
        {
            _ when Starts(status, "Bad Request") || Starts(status, "INVALID_ARGUMENT") => FailureCause.InvalidRequest,
            _ when Starts(status, "Resource") || Starts(status, "Too Many") || Starts(status, "RESOURCE_EXHAUSTED") => FailureCause.RateLimited,
            _ when Starts(status, "Cancel") => FailureCause.Cancelled,
            _ when Starts(status, "Deadline") || Starts(status, "Expired") => FailureCause.Expired,
            _ => FailureCause.ServerError,
        };
        return new ProviderFailure(FailureStage.Item, cause);
    }

    private static bool Starts(string status, string phrase) => status.StartsWith(phrase, StringComparison.OrdinalIgnoreCase);
}
