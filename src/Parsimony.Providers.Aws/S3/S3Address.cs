namespace Parsimony.Providers.Aws;

/// <summary>A bucket and a folder in it: where a provider's job reads and writes.</summary>
internal sealed record S3Address
{
    private readonly string _base;

    private S3Address(string bucket, string prefix, string @base)
    {
        Bucket = bucket;
        Prefix = prefix;
        _base = @base;
    }

    public string Bucket { get; }

    /// <summary>Whether what is sent there is encrypted, and cannot be changed, on its way.</summary>
    public bool IsSecure => _base.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The folder, ending in a slash; empty for the whole bucket.</summary>
    public string Prefix { get; }

    /// <summary>Reads <c>s3://bucket/prefix</c>.</summary>
    /// <param name="storage">The address.</param>
    /// <param name="endpoint">Another base address, then with the bucket in the path; null for AWS's own.</param>
    /// <param name="region">The bucket's region, which must be the job's.</param>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static S3Address Parse(Uri storage, Uri? endpoint, string region)
    {
        if (!storage.IsAbsoluteUri || storage.Scheme != "s3" || storage.Host.Length < 3 || storage.Query.Length > 0)
        {
            throw new ArgumentException("The storage of Bedrock batches must be s3://bucket/prefix.", nameof(storage));
        }

        var prefix = Uri.UnescapeDataString(storage.AbsolutePath).Trim('/');
        // A dot in a bucket's name does not fit the wildcard certificate, so such a bucket is named in the path.
        var host = $"s3.{region}.{AwsRegion.Suffix(region)}";
        var address = endpoint is not null ? $"{endpoint.AbsoluteUri.TrimEnd('/')}/{storage.Host}/"
            : storage.Host.Contains('.', StringComparison.Ordinal) ? $"https://{host}/{storage.Host}/"
            : $"https://{storage.Host}.{host}/";
        return new S3Address(storage.Host, prefix.Length == 0 ? "" : prefix + "/", address);
    }

    /// <summary>The web address of an object, each segment of its key escaped.</summary>
    public Uri Object(string key, string query = "") =>
        new(_base + string.Join('/', key.Split('/').Select(Uri.EscapeDataString)) + (query.Length == 0 ? "" : "?" + query));

    /// <summary>The web address of the bucket.</summary>
    public Uri BucketWith(string query) => new($"{_base}?{query}");

    /// <summary>The <c>s3://</c> address of a key.</summary>
    public string Location(string key) => $"s3://{Bucket}/{key}";

    /// <summary>The key of an <c>s3://</c> address in this bucket; null for another bucket's: the keys may open it, and nothing of ours is there.</summary>
    public string? KeyOf(string location) =>
        location.StartsWith($"s3://{Bucket}/", StringComparison.Ordinal) && location.Length > Bucket.Length + 6 ? location[(Bucket.Length + 6)..] : null;
}
