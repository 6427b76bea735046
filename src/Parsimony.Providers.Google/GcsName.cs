namespace Parsimony.Providers.Google;

/// <summary>An object, or a prefix of objects, in a bucket.</summary>
internal readonly record struct GcsName(string Bucket, string Name)
{
    /// <summary>The object's path in the JSON API.</summary>
    public string Path => $"storage/v1/b/{Bucket}/o/{Uri.EscapeDataString(Name)}";

    /// <summary>Reads <c>gs://bucket/name</c>; false when it is no such address.</summary>
    public static bool TryParse(string? text, out GcsName name)
    {
        name = default;
        if (text is null || !text.StartsWith("gs://", StringComparison.Ordinal))
        {
            return false;
        }

        var rest = text["gs://".Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        name = new GcsName(bucket, slash < 0 ? "" : rest[(slash + 1)..]);
        return bucket.Length > 0 && bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');
    }

    /// <summary>Something below this prefix.</summary>
    public GcsName Below(string name) => this with { Name = Name.Length == 0 || Name.EndsWith('/') ? Name + name : $"{Name}/{name}" };

    /// <inheritdoc/>
    public override string ToString() => $"gs://{Bucket}/{Name}";
}
