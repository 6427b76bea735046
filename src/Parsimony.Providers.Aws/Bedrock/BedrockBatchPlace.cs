namespace Parsimony.Providers.Aws;

/// <summary>Where jobs read and write, as whom, and for how long they may take.</summary>
internal sealed record BedrockBatchPlace(S3Address Storage, string Role, TimeSpan Timeout)
{
    // 24 to 168 hours: boto/botocore data/bedrock/2023-04-20/service-2.json @0e6e240, read 2026-11-20.
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(24);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(168);

    /// <summary>Reads a connection; null when it names no storage, and then there are no batches.</summary>
    /// <exception cref="ArgumentException">Something of it is missing or wrong; the message says what to set.</exception>
    public static BedrockBatchPlace? Of(ProviderConnection connection, string region)
    {
        var lasting = connection.WindowWithin(Shortest, Shortest, Longest);
        if (connection.Cloud?.Storage is not { } storage)
        {
            return null;
        }

        return connection.Cloud.Role is { Length: > 0 } role && role.StartsWith("arn:", StringComparison.Ordinal)
            ? new BedrockBatchPlace(S3Address.Parse(storage, connection.Cloud.StorageEndpoint, region), role, lasting)
            : throw new ArgumentException(
                "Bedrock batches need the role that Bedrock assumes to read and write the storage: set it to an ARN such as arn:aws:iam::123456789012:role/bedrock-batch, or leave the storage out to send everything live.",
                nameof(connection));
    }

    /// <summary>The folder of a submission.</summary>
    public string Folder(string submissionKey) => $"{Storage.Prefix}{submissionKey}/";

    /// <summary>The key of a submission's input; its name tells the form, so that the create knows it without reading the items again.</summary>
    public string InputKey(string submissionKey, BedrockForm form) => $"{Folder(submissionKey)}{(form == BedrockForm.Converse ? "converse" : "invoke")}.jsonl";

    /// <summary>The form an input's name tells.</summary>
    public static BedrockForm FormOf(string reference) => reference.EndsWith("/invoke.jsonl", StringComparison.Ordinal) ? BedrockForm.InvokeModel : BedrockForm.Converse;

    /// <summary>Where a submission's output goes; Bedrock adds a folder with the job's id.</summary>
    public string Output(string submissionKey) => Storage.Location($"{Folder(submissionKey)}output/");
}
