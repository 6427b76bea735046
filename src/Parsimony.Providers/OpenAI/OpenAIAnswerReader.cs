using System.Text.Json;

namespace Parsimony.Providers;

/// <summary>An answer's body to what every answer tells: usage, finish reason, id, model, tier.</summary>
internal static class OpenAIAnswerReader
{
    /// <summary>Reads a body that is a JSON object; <paramref name="bytes"/> are kept as they are.</summary>
    public static Answer Read(JsonElement body, ReadOnlyMemory<byte> bytes, OpenAIProfile profile) => new()
    {
        Body = bytes,
        Usage = OpenAIUsageReader.ReadFrom(body, profile.CountsReasoningApart),
        FinishReason = FinishReason(body),
        ProviderReference = body.Text("id"),
        Model = body.Text("model"),
        ServiceTier = body.Text("service_tier"),
        Route = ServedTier.RouteOf(body.Text("service_tier")),
        ReportedUsd = profile.ReportedUsd(body),
    };

    /// <summary>Why a body that came with status 200 is no answer after all; null when it is one.</summary>
    public static ProviderFailure? FailureIn(JsonElement body, FailureStage stage)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return new ProviderFailure(stage, FailureCause.Malformed);
        }

        var error = body.Object("error");
        if (body.Text("object") == "response")
        {
            return body.Text("status") switch
            {
                "failed" => OpenAIErrorReader.Read(stage, 200, error, FailureCause.ServerError),
                "cancelled" => new ProviderFailure(stage, FailureCause.Cancelled),
                "queued" or "in_progress" => new ProviderFailure(stage, FailureCause.Malformed),
                _ => null,
            };
        }

        return error is not null && body.Member("choices") is null && body.Member("data") is null
            ? OpenAIErrorReader.Read(stage, 200, error, FailureCause.ServerError)
            : null;
    }

    /// <summary>Our word for a finish reason of theirs.</summary>
    public static string? Word(string? reason) => reason switch
    {
        "function_call" => "tool_calls",
        "max_output_tokens" => "length",
        // Together: the model's own end of text (togethercomputer/openapi, FinishReason, of 2026-04-28, read 2026-11-21).
        "eos" => "stop",
        _ => reason,
    };

    private static string? FinishReason(JsonElement body)
    {
        if (body.Text("object") != "response")
        {
            return Word(body.Items("choices").Select(choice => choice.Text("finish_reason")).FirstOrDefault());
        }

        return body.Text("status") switch
        {
            "completed" => body.Items("output").Any(item => item.Text("type") == "function_call") ? "tool_calls" : "stop",
            "incomplete" => Word(body.Object("incomplete_details")?.Text("reason")) ?? "incomplete",
            var other => other,
        };
    }
}
