namespace Parsimony.Providers;

/// <summary>Where in a cloud a provider's calls go and its batches lie. Which members are needed depends on the provider; one that lacks a member says so when it is made.</summary>
public sealed record CloudPlace
{
    /// <summary>The account: Google's project, Fireworks' account id.</summary>
    public string? Account { get; init; }

    /// <summary>The cloud's region or location, for example <c>us-east-1</c> or <c>europe-west4</c>.</summary>
    public string? Location { get; init; }

    /// <summary>Where batches' input and output lie: <c>s3://bucket/prefix</c>, <c>gs://bucket/prefix</c>, <c>https://account.blob.core.windows.net/container/prefix</c>.</summary>
    public Uri? Storage { get; init; }

    /// <summary>Base address of the object store, when it is not the cloud's own.</summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>The role the provider assumes to read and write <see cref="Storage"/>, for example an IAM role's ARN.</summary>
    public string? Role { get; init; }
}
