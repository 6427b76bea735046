namespace Parsimony.Engine;

/// <summary>Where in a cloud a provider is, and where its batches lie, as configured; which members are needed depends on the provider.</summary>
public sealed record CloudConfiguration
{
    /// <summary>The account (<c>account</c>, also <c>accountId</c> and <c>project</c>): Google's project, Fireworks' account id.</summary>
    public string? Account { get; init; }

    /// <summary>The cloud's region or location (<c>location</c>), for example <c>us-east-1</c> or <c>europe-west4</c>.</summary>
    public string? Location { get; init; }

    /// <summary>Where batches' input and output lie (<c>storage</c>): <c>s3://bucket/prefix</c>, <c>gs://bucket/prefix</c>, <c>https://account.blob.core.windows.net/container/prefix</c>.</summary>
    public Uri? Storage { get; init; }

    /// <summary>Base address of the object store (<c>storageEndpoint</c>), when it is not the cloud's own.</summary>
    public Uri? StorageEndpoint { get; init; }

    /// <summary>The role the provider assumes to reach the storage (<c>role</c>), for example an IAM role's ARN.</summary>
    public string? Role { get; init; }
}
