using System.Net.Http.Headers;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>The calls on a bucket's objects that a batch needs. Each is made once.</summary>
/// <remarks>Calls: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html, read 2026-11-21.</remarks>
internal sealed class S3Objects(ProviderHttp http, S3Address address)
{
    private const int MostPages = 1000;
    private static readonly TimeSpan SmallCallLimit = TimeSpan.FromSeconds(60);

    public S3Address Address => address;

    /// <summary>Stores a whole object; null when done.</summary>
    public async Task<ProviderFailure?> PutAsync(string key, ReadOnlyMemory<byte> body, TimeSpan limit, CancellationToken cancellationToken) =>
        (await SendAsync(() => Request(HttpMethod.Put, address.Object(key), body, "application/jsonl"), FailureStage.Stage, limit, cancellationToken).ConfigureAwait(false)).Failure;

    /// <summary>Begins an upload in parts and answers its id.</summary>
    public async Task<(string Id, ProviderFailure? Failure)> BeginAsync(string key, CancellationToken cancellationToken)
    {
        var (body, _, failure) = await SendAsync(
            () => Request(HttpMethod.Post, address.Object(key, "uploads="), default, "application/jsonl"), FailureStage.Stage, SmallCallLimit, cancellationToken).ConfigureAwait(false);
        return failure is not null ? ("", failure)
            : S3Xml.Read(body)?.First("UploadId") is { Length: > 0 } id ? (id, null)
            : ("", new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200));
    }

    /// <summary>Sends a part, numbered from 1, and answers its tag.</summary>
    public async Task<(string Tag, ProviderFailure? Failure)> PartAsync(
        string key, string upload, int number, ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (_, tag, failure) = await SendAsync(
            () => Request(HttpMethod.Put, address.Object(key, $"partNumber={number}&uploadId={Uri.EscapeDataString(upload)}"), bytes, null),
            FailureStage.Stage, limit, cancellationToken).ConfigureAwait(false);
        return failure is not null ? ("", failure) : tag is { Length: > 0 } ? (tag, null) : ("", new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200));
    }

    /// <summary>Makes an object of the parts; null when done. S3 may say 200 first and fail in the body.</summary>
    public async Task<ProviderFailure?> CompleteAsync(string key, string upload, IReadOnlyList<string> tags, TimeSpan limit, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (var i = 0; i < tags.Count; i++)
        {
            text.Append("<Part><PartNumber>").Append(i + 1).Append("</PartNumber><ETag>").Append(System.Security.SecurityElement.Escape(tags[i])).Append("</ETag></Part>");
        }

        var xml = Encoding.UTF8.GetBytes(text.Append("</CompleteMultipartUpload>").ToString());
        var (body, _, failure) = await SendAsync(
            () => Request(HttpMethod.Post, address.Object(key, $"uploadId={Uri.EscapeDataString(upload)}"), xml, "application/xml"), FailureStage.Stage, limit, cancellationToken).ConfigureAwait(false);
        return failure ?? S3Xml.Read(body) switch
        {
            { Root: "CompleteMultipartUploadResult" } => null,
            { Root: "Error" } => S3ErrorReader.Instance.Read(FailureStage.Stage, 500, body, null),
            _ => new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200),
        };
    }

    /// <summary>Gives up an upload, so that its parts are not stored and billed for ever; null when done.</summary>
    public async Task<ProviderFailure?> AbortAsync(string key, string upload, CancellationToken cancellationToken) =>
        (await SendAsync(
            () => Request(HttpMethod.Delete, address.Object(key, $"uploadId={Uri.EscapeDataString(upload)}")), FailureStage.Stage, SmallCallLimit, cancellationToken).ConfigureAwait(false)).Failure;

    /// <summary>The keys below a prefix, sorted as S3 sorts them.</summary>
    /// <exception cref="ProviderException">The list could not be read.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(string prefix, FailureStage stage, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        string? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            var query = $"list-type=2&prefix={Uri.EscapeDataString(prefix)}" + (next is null ? "" : $"&continuation-token={Uri.EscapeDataString(next)}");
            var (body, _, failure) = await SendAsync(() => Request(HttpMethod.Get, address.BucketWith(query)), stage, SmallCallLimit, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
            {
                throw new ProviderException(http.Id, failure);
            }

            if (S3Xml.Read(body) is not { Root: "ListBucketResult" } list)
            {
                throw new ProviderException(http.Id, new ProviderFailure(stage, FailureCause.Malformed, 200));
            }

            keys.AddRange(list.Leaves.Where(leaf => leaf is { Name: "Key", Parent: "Contents" }).Select(leaf => leaf.Text));
            next = list.First("IsTruncated") == "true" ? list.First("NextContinuationToken") : null;
            if (next is null)
            {
                break;
            }
        }

        return keys;
    }

    /// <summary>Opens an object; its body is read as it comes.</summary>
    public Task<HttpReply> OpenAsync(string key, FailureStage stage, CancellationToken cancellationToken) =>
        http.SendAsync(() => Request(HttpMethod.Get, address.Object(key)), stage, ProviderHttp.StallLimit, S3ErrorReader.Instance, cancellationToken);

    /// <summary>A small object whole; null when it cannot be read.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string key, FailureStage stage, CancellationToken cancellationToken)
    {
        var (body, _, failure) = await SendAsync(() => Request(HttpMethod.Get, address.Object(key)), stage, SmallCallLimit, cancellationToken).ConfigureAwait(false);
        return failure is null ? body : null;
    }

    /// <summary>Deletes an object; null when it is gone.</summary>
    public async Task<ProviderFailure?> DeleteAsync(string key, CancellationToken cancellationToken)
    {
        var (_, _, failure) = await SendAsync(() => Request(HttpMethod.Delete, address.Object(key)), FailureStage.Clean, SmallCallLimit, cancellationToken).ConfigureAwait(false);
        return failure is { Status: 404 } ? null : failure;
    }

    private async Task<(ReadOnlyMemory<byte> Body, string? Tag, ProviderFailure? Failure)> SendAsync(
        Func<HttpRequestMessage> make, FailureStage stage, TimeSpan limit, CancellationToken cancellationToken)
    {
        var reply = await http.SendForBodyAsync(make, stage, limit, S3ErrorReader.Instance, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return (default, null, reply.WhyNot);
        }

        using (ok)
        {
            // The tag is text in quotes and goes back as it came.
            return (ok.Body, ok.Response.Headers.ETag?.Tag ?? (ok.Response.Headers.TryGetValues("ETag", out var tags) ? tags.FirstOrDefault() : null), null);
        }
    }

    private static HttpRequestMessage Request(HttpMethod method, Uri uri) => new(method, uri);

    private static HttpRequestMessage Request(HttpMethod method, Uri uri, ReadOnlyMemory<byte> body, string? mediaType)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = mediaType is null ? null : new MediaTypeHeaderValue(mediaType);
        return new HttpRequestMessage(method, uri) { Content = content };
    }
}
