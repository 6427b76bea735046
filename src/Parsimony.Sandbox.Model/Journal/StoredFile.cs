using System.Text.Json.Serialization;

namespace Parsimony.Sandbox.Model;

/// <summary>A file of a provider's files API: uploaded bytes, or one side of a batch's results.</summary>
internal sealed class StoredFile
{
    public required int Number { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Whose file it is; journals older than the fourteen providers do not say.</summary>
    public string Provider { get; init; } = "openai";

    public required string Purpose { get; init; }

    /// <summary>Whose keys see it; see <see cref="Call.Workspace"/>.</summary>
    public string Workspace { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? HiddenUntil { get; init; }

    public bool IsDeleted { get; set; }

    /// <summary>Skew of the provider's clock when it was created.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Place of the bytes in the journal's folder.</summary>
    public int ContentNumber { get; init; }

    public long ContentLength { get; init; }

    /// <summary>Number of the batch whose results these are; 0 for an upload.</summary>
    public int Batch { get; init; }

    /// <summary>How many requests its maker said it holds, where its provider asks.</summary>
    public long? Count { get; set; }

    /// <summary>The failed lines, not the answered ones.</summary>
    public bool HoldsErrors { get; init; }

    [JsonIgnore]
    public Content? Content { get; set; }

    [JsonIgnore]
    public long? MeasuredBytes { get; set; }
}
