using System.Globalization;

namespace Parsimony.Cli;

/// <summary>Reads usage and costs from CSV files: the consoles' exports, and any other with a map of its columns.</summary>
/// <remarks>
/// Columns of exports, as their readers have them (UNVERIFIED: no vendor publishes them; read 2026-11-21). OpenAI costs: <c>start_time_iso, amount_value, line_item</c>;
/// OpenAI completions: <c>start_time_iso, num_model_requests, model, batch, input_tokens, input_cached_tokens, output_tokens, api_key_id</c>; Anthropic costs:
/// <c>usage_date_utc, model, usage_type, token_type, cost_usd, api_key_id</c>; Anthropic tokens: <c>usage_date_utc, model_version, usage_type, usage_input_tokens_no_cache,
/// usage_input_tokens_cache_read, usage_input_tokens_cache_write_5m, usage_input_tokens_cache_write_1h, usage_output_tokens</c>.
/// </remarks>
internal sealed class CsvBill(string path, IReadOnlyDictionary<string, string> map, ProviderId? named)
{
    private static readonly (string Field, string[] Columns)[] Known =
    [
        ("day", ["usage_date_utc", "start_time_iso", "date", "day"]),
        ("model", ["model_version", "model"]),
        ("tier", ["usage_type", "service_tier", "tier"]),
        ("batch", ["batch"]),
        ("kind", ["token_type", "kind"]),
        ("item", ["line_item"]),
        ("usd", ["cost_usd", "amount_value", "usd", "cost"]),
        ("requests", ["num_model_requests", "requests"]),
        ("input", ["usage_input_tokens_no_cache", "input_uncached_tokens", "uncached_input_tokens"]),
        ("input_all", ["input_tokens"]),
        ("cache_read", ["usage_input_tokens_cache_read", "input_cached_tokens", "cache_read_input_tokens"]),
        ("cache_write_short", ["usage_input_tokens_cache_write_5m"]),
        ("cache_write_long", ["usage_input_tokens_cache_write_1h"]),
        ("output", ["usage_output_tokens", "output_tokens"]),
        ("key", ["api_key_id"]),
    ];

    /// <summary>The fields a map can name.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. Known.Select(entry => entry.Field)];

    /// <summary>Reads the file into the report of its provider.</summary>
    /// <exception cref="UserException">It cannot be read or meant.</exception>
    public async Task<BilledReport> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new UserException($"--csv {path}: there is no such file.");
        }

        BilledReport? report = null;
        await foreach (var (row, fault) in new CsvInput(path, "#").ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (row is null)
            {
                throw new UserException(fault?.Message ?? $"{path} cannot be read.");
            }

            report ??= new BilledReport(named ?? ProviderOf(row.Fields));
            Add(report, row);
        }

        return report ?? throw new UserException($"--csv {path}: it has no rows.");
    }

    private ProviderId ProviderOf(IReadOnlyDictionary<string, string> row) =>
        row.ContainsKey("usage_date_utc") ? ProviderId.Anthropic
        : row.ContainsKey("amount_value") || row.ContainsKey("num_model_requests") ? ProviderId.OpenAI
        : throw new UserException($"--csv {path}: whose it is cannot be told from its columns; write --provider anthropic or openAI.");

    private void Add(BilledReport report, InputRow row)
    {
        string? Of(string field) => Value(row.Fields, field);
        if (Of("day") is not { } text || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {row.Line}: no day. Name its column with --map day=COLUMN."));
        }

        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var model = Of("model") is { } name ? Api(name) : null;
        var tier = Of("batch") switch { { } batch when batch.Equals("true", StringComparison.OrdinalIgnoreCase) => PriceTier.Batch, { } batch when batch.Equals("false", StringComparison.OrdinalIgnoreCase) => PriceTier.Live, _ => Tier(Of("tier")) };
        if (Of("usd") is { } amount)
        {
            if (!decimal.TryParse(amount, NumberStyles.Float, CultureInfo.InvariantCulture, out var usd))
            {
                throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {row.Line}: '{amount}' is no amount."));
            }

            report.Add(
                (model is null ? OpenAIBill.Cost(day, Of("item"), usd) : new BilledCost(day, model, tier, AnthropicBill.Kind(Of("kind")), usd) { Label = Of("kind") ?? "" }) with { Key = Of("key") },
                usd.Scale);
        }

        if (model is not null && (Of("output") ?? Of("input_all") ?? Of("input")) is not null)
        {
            long Count(string field) => long.TryParse(Of(field), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var count) ? count : 0;
            var (read, brief, lasting) = (Count("cache_read"), Count("cache_write_short"), Count("cache_write_long"));
            var usage = new TokenUsage
            {
                UncachedInput = Of("input") is null ? Count("input_all") - read - brief - lasting : Count("input"),
                CacheRead = read,
                CacheWriteShort = brief,
                CacheWriteLong = lasting,
                Output = Count("output"),
            };
            report.Add(new BilledUsage(day, model, tier, usage) { Requests = Of("requests") is null ? null : Count("requests"), Key = Of("key") });
        }
    }

    private string? Value(IReadOnlyDictionary<string, string> row, string field) =>
        map.TryGetValue(field, out var column)
            ? row.TryGetValue(column, out var mapped) ? Filled(mapped) : throw new UserException($"--map {field}={column}: {path} has no such column.")
            : Array.Find(Known, entry => entry.Field == field).Columns.Select(known => row.GetValueOrDefault(known)).Select(Filled).FirstOrDefault(value => value is not null);

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    // Exports of consoles show names: "Claude Haiku 4.5" is claude-haiku-4-5 to the API.
    private static string Api(string name) =>
        name.StartsWith("claude ", StringComparison.OrdinalIgnoreCase) ? name.ToLowerInvariant().Replace(' ', '-').Replace('.', '-') : name;

    private static PriceTier? Tier(string? text) => text switch { "message" or "live" => PriceTier.Live, "message_batch" => PriceTier.Batch, _ => AnthropicBill.Tier(text) };
}
