using System.Buffers;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Parsimony.Engine;

namespace Parsimony.Cli;

/// <summary><c>parsimony ledger</c>: every attempt of a run with what it cost, to hold against a provider's bill.</summary>
internal static class LedgerCommand
{
    private const int FlushBytes = 1 << 15;

    public static Command Create()
    {
        var run = new Argument<string?>("RUN") { Description = "A run, as 'parsimony status' names it; all when left out.", Arity = ArgumentArity.ZeroOrOne };
        var store = SharedOptions.Store();
        var json = new Option<bool>("--json") { Description = "Write JSON Lines, one entry a line, amounts as text with all their digits." };
        var command = new Command("ledger", "Show what every attempt cost, under the id it has on the provider's bill. Calls nobody.") { run, store, json };
        command.Runs(
            async (parsed, terminal, cancellationToken) =>
            {
                var session = await Session.OpenAsync(
                    new SessionOptions { Store = parsed.GetValue(store), NeedsProviders = false }, terminal, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var scope = parsed.GetValue(run);
                    if (scope is not null)
                    {
                        await session.RequireRunAsync(scope, cancellationToken).ConfigureAwait(false);
                    }

                    await (terminal.IsJson
                        ? WriteAsync(session.Store, scope, cancellationToken)
                        : ShowAsync(session.Store, scope, terminal, cancellationToken)).ConfigureAwait(false);
                    return ExitCode.Done;
                }
            },
            json);
        return command;
    }

    /// <summary>The id an attempt goes by at its provider: a batch line's custom id, or the <c>X-Client-Request-Id</c> of a live call.</summary>
    private static string CallId(LedgerRow row) =>
        row.Entry.Route == Route.Batch && row.BatchKey is { } key
            ? CustomId.Write(key, row.Entry.Sequence, row.Entry.Attempt)
            : string.Create(CultureInfo.InvariantCulture, $"{row.RequestId}-{row.Entry.Attempt:x}");

    private static async Task ShowAsync(IEngineStore store, string? scope, Terminal terminal, CancellationToken cancellationToken)
    {
        await foreach (var row in store.Ledger.ReadAsync(scope, cancellationToken).ConfigureAwait(false))
        {
            var entry = row.Entry;
            var amount = entry.CostUsd is { } cost ? $"{Usd.Format(cost)} USD"
                : entry.UpperBoundUsd is { } bound ? $"unknown, at most {Usd.Format(bound)} USD" : "unknown";
            terminal.Line($"{entry.At.ToString("u", CultureInfo.InvariantCulture)}  {CallId(row)}  {row.Profile.Model}  {Name(entry.Kind)}  {amount}  ({entry.PriceSource}{(entry.Basis == CostBasis.Told ? "" : ChargeText.Beside(entry))})");
        }
    }

    private static async Task WriteAsync(IEngineStore store, string? scope, CancellationToken cancellationToken)
    {
        var target = Console.OpenStandardOutput();
        await using (target.ConfigureAwait(false))
        {
            var buffer = new ArrayBufferWriter<byte>(1 << 16);
            await foreach (var row in store.Ledger.ReadAsync(scope, cancellationToken).ConfigureAwait(false))
            {
                using (var writer = new Utf8JsonWriter(buffer))
                {
                    Write(writer, row);
                }

                buffer.Write("\n"u8);
                if (buffer.WrittenCount > FlushBytes)
                {
                    await target.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
                    buffer.ResetWrittenCount();
                }
            }

            await target.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Write(Utf8JsonWriter writer, LedgerRow row)
    {
        var entry = row.Entry;
        writer.WriteStartObject();
        writer.WriteNumber("number"u8, row.Number);
        writer.WriteString("request"u8, row.RequestId.ToString());
        writer.WriteNumber("attempt"u8, entry.Attempt);
        writer.WriteString("call"u8, CallId(row));
        writer.WriteString("kind"u8, Name(entry.Kind));
        writer.WriteString("route"u8, entry.Route.ToString().ToLowerInvariant());
        writer.WriteString("model"u8, row.Profile.Model.ToString());
        writer.WriteString("at"u8, entry.At);
        WriteUsage(writer, entry.Usage);
        writer.WriteString("cost_usd"u8, Text(entry.CostUsd));
        writer.WriteString("upper_bound_usd"u8, Text(entry.UpperBoundUsd));
        writer.WriteString("baseline_usd"u8, Text(entry.BaselineUsd));
        writer.WriteStartObject("saved_usd"u8);
        writer.WriteString("batch"u8, Text(entry.SavedByBatchUsd));
        writer.WriteString("cache"u8, Text(entry.SavedByCacheUsd));
        writer.WriteString("tier"u8, Text(entry.SavedByTierUsd));
        writer.WriteString("reuse"u8, Text(entry.SavedByReuseUsd));
        writer.WriteString("routing"u8, Text(entry.SavedByRoutingUsd));
        writer.WriteEndObject();
        writer.WriteString("basis"u8, ChargeText.Name(entry.Basis));
        writer.WriteString("reported_usd"u8, Text(entry.ReportedUsd));
        writer.WriteString("source"u8, entry.PriceSource);
        writer.WriteString("provider_reference"u8, entry.ProviderReference);
        writer.WriteEndObject();
    }

    private static void WriteUsage(Utf8JsonWriter writer, TokenUsage? usage)
    {
        if (usage is not { } counts)
        {
            writer.WriteNull("usage"u8);
            return;
        }

        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("uncached_input"u8, counts.UncachedInput);
        writer.WriteNumber("cache_read"u8, counts.CacheRead);
        writer.WriteNumber("cache_write_short"u8, counts.CacheWriteShort);
        writer.WriteNumber("cache_write_long"u8, counts.CacheWriteLong);
        writer.WriteNumber("output"u8, counts.TotalOutput);
        writer.WriteEndObject();
    }

    private static string Name(LedgerKind kind) => kind switch
    {
        LedgerKind.Batch => "batch",
        LedgerKind.Live => "live",
        LedgerKind.PossibleDuplicate => "possible_duplicate",
        LedgerKind.Hedge => "hedge",
        LedgerKind.Correction => "correction",
        LedgerKind.Reuse => "reuse",
        LedgerKind.ExplicitCache => "explicit_cache",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of ledger entry."),
    };

    private static string? Text(decimal? amount) => amount?.ToString(CultureInfo.InvariantCulture);
}
