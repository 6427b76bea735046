using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary>One request's way, reasons and money, for programs.</summary>
internal static class ExplainJson
{
    public static void Write(Utf8JsonWriter writer, StoredRequest request, Batch? batch, IReadOnlyList<LedgerRow> entries, StoredDecision? decision)
    {
        writer.WriteStartObject();
        writer.WriteString("request"u8, request.Id.ToString());
        writer.WriteString("run"u8, request.Scope);
        writer.WriteString("model"u8, request.Profile.Model.ToString());
        writer.WriteString("kind"u8, request.Profile.Kind.ToString().ToLowerInvariant());
        writer.WriteString("credential"u8, request.Profile.Credential);
        writer.WriteString("state"u8, request.State.ToString().ToLowerInvariant());
        writer.WriteBoolean("held"u8, request.IsHeld);
        writer.WriteString("failure"u8, request.FailureCode);
        writer.WriteString("reason"u8, request.Reason);
        writer.WriteString("accepted_at"u8, request.AcceptedAt);
        Instant(writer, "deadline", request.Deadline);
        Instant(writer, "ended_at", request.FinishedAt);
        writer.WriteNumber("attempts"u8, request.Attempt);
        writer.WriteNumber("live_and_failed"u8, request.Sends);
        writer.WriteNumber("of_unknown_outcome"u8, request.Uncertain);
        if (batch is not null)
        {
            writer.WriteStartObject("batch"u8);
            writer.WriteNumber("number"u8, batch.Id);
            writer.WriteString("provider"u8, batch.Provider.Value);
            writer.WriteString("state"u8, batch.State.ToString().ToLowerInvariant());
            writer.WriteString("provider_batch"u8, batch.ProviderBatchId);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("ledger"u8);
        foreach (var row in entries)
        {
            Write(writer, row.Entry);
        }

        writer.WriteEndArray();
        DecisionJson.Write(writer, "decision", decision);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LedgerEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteNumber("attempt"u8, entry.Attempt);
        writer.WriteString("kind"u8, entry.Kind.ToString().ToLowerInvariant());
        Money(writer, "cost_usd", entry.CostUsd);
        Money(writer, "plain_live_usd", entry.BaselineUsd);
        Money(writer, "upper_bound_usd", entry.UpperBoundUsd);
        writer.WriteString("basis"u8, ChargeText.Name(entry.Basis));
        Money(writer, "reported_usd", entry.ReportedUsd);
        writer.WriteString("price_source"u8, entry.PriceSource);
        if (entry.Usage is { } usage)
        {
            writer.WriteNumber("input_tokens"u8, usage.TotalInput);
            writer.WriteNumber("cache_read_tokens"u8, usage.CacheRead);
            writer.WriteNumber("output_tokens"u8, usage.TotalOutput);
        }

        writer.WriteEndObject();
    }

    private static void Instant(Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } instant)
        {
            writer.WriteString(name, instant);
        }
    }

    private static void Money(Utf8JsonWriter writer, string name, decimal? usd)
    {
        if (usd is { } amount)
        {
            writer.WriteNumber(name, amount);
        }
    }
}
