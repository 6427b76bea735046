namespace Parsimony.Sandbox.Model;

/// <summary>The sandbox's own list of Vertex AI's prices for Gemini, in pico-dollars per token: those of the Gemini API, UNVERIFIED.</summary>
/// <remarks>
/// The cache discount replaces the batch discount on a cached token: it costs in a batch what it costs live
/// (https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/capabilities/batch-prediction-gemini, read 2026-11-20). Claude has no price here: none could be read.
/// </remarks>
internal static class VertexPrices
{
    public static PriceRow[] Rows { get; } = [.. GeminiPrices.Rows.Select(row => row.Batch is { } batch ? row with { Batch = batch with { Read = row.Live.Read } } : row)];
}
