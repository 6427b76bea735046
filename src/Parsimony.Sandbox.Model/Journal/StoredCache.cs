using System.Text.Json.Serialization;

namespace Parsimony.Sandbox.Model;

/// <summary>An explicit cache: the head of a prompt, kept for as long as its maker pays for.</summary>
internal sealed class StoredCache
{
    public required int Number { get; init; }

    public required string Id { get; init; }

    public required string Provider { get; init; }

    /// <summary>Whose keys reach it; see <see cref="OwnerOf"/>.</summary>
    public required string Owner { get; init; }

    /// <summary>The location it is in; empty where the service has none.</summary>
    public string Place { get; init; } = "";

    /// <summary>The one model that can use it, without <c>models/</c>.</summary>
    public required string Model { get; init; }

    /// <summary>What its maker calls it; empty for nothing.</summary>
    public string DisplayName { get; init; } = "";

    public required long Tokens { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Skew of the provider's clock when it was created.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>Place of the head in the journal's folder.</summary>
    public int ContentNumber { get; init; }

    public long ContentLength { get; init; }

    [JsonIgnore]
    public Content? Content { get; set; }

    /// <summary>A workspace's keys share its caches, as they do its files; a key without a workspace is alone with its own.</summary>
    public static string OwnerOf(string workspace, string scope) => workspace.Length > 0 ? workspace : scope;

    /// <summary>Whether it could be used at an instant; the answer for an instant that has passed never changes.</summary>
    public bool LivesAt(DateTimeOffset at) => CreatedAt <= at && at < ExpiresAt && !(DeletedAt <= at);
}
