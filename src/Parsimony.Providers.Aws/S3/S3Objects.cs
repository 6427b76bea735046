using System.Net.Http.Headers;
using System.Text;

namespace Parsimony.Providers.Aws;

/// <summary>The calls on a bucket's objects that a batch needs. Each is made once, but for a body that the bucket wants signed.</summary>
/// <remarks>
/// Calls: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html, read 2026-11-21. Bodies bring their CRC-32C
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html, read 2026-11-22), which S3 compares and keeps.
/// </remarks>
internal sealed class S3Objects(ProviderHttp http, S3Address address)
{
    private const string ChecksumHeader = "x-amz-checksum-crc32c";
    private const int MostPages = 1000;
    private static readonly TimeSpan SmallCallLimit = TimeSpan.FromSeconds(60);

    private volatile bool _signsBodies;

    public S3Address Address => address;

    /// <summary>Stores a whole object; null when done.</summary>
    public async Task<ProviderFailure?> PutAsync(string key, ReadOnlyMemory<byte> body, TimeSpan limit, CancellationToken cancellationToken) =>
        (await UploadAsync(() => Request(HttpMethod.Put, address.Object(key), body, "application/jsonl"), Crc32C.Of(body.Span), limit, cancellationToken).ConfigureAwait(false)).Failure;

    /// <summary>Begins an upload in parts and answers its id.</summary>
    public async Task<(string Id, ProviderFailure? Failure)> BeginAsync(string key, CancellationToken cancellationToken)
    {
        var (body, _, failure) = await SendAsync(
            () =>
            {
                var request = Request(HttpMethod.Post, address.Object(key, "uploads="), default, "application/jsonl");
                // A part's checksum is refused where the upload was begun without one.
                request.Headers.TryAddWithoutValidation("x-amz-checksum-algorithm", "CRC32C");
                return request;
            },
            FailureStage.Stage, SmallCallLimit, cancellationToken).ConfigureAwait(false);
        return failure is not null ? ("", failure)
            : S3Xml.Read(body)?.First("UploadId") is { Length: > 0 } id ? (id, null)
            : ("", new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200));
    }

    /// <summary>Sends a part, numbered from 1, and answers what it is called when the object is made.</summary>
    public async Task<(S3Part Part, ProviderFailure? Failure)> PartAsync(
        string key, string upload, int number, ReadOnlyMemory<byte> bytes, TimeSpan limit, CancellationToken cancellationToken)
    {
        var checksum = Crc32C.Of(bytes.Span);
        var (_, tag, failure) = await UploadAsync(
            () => Request(HttpMethod.Put, address.Object(key, $"partNumber={number}&uploadId={Uri.EscapeDataString(upload)}"), bytes, null),
            checksum, limit, cancellationToken).ConfigureAwait(false);
        return (new S3Part(tag ?? "", checksum), failure ?? (tag is { Length: > 0 } ? null : new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200)));
    }

    /// <summary>Makes an object of the parts; null when done. S3 may say 200 first and fail in the body.</summary>
    public async Task<ProviderFailure?> CompleteAsync(string key, string upload, IReadOnlyList<S3Part> parts, TimeSpan limit, CancellationToken cancellationToken)
    {
        var text = new StringBuilder("<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
        for (var i = 0; i < parts.Count; i++)
        {
            text.Append("<Part><PartNumber>").Append(i + 1).Append("</PartNumber><ETag>").Append(System.Security.SecurityElement.Escape(parts[i].Tag))
                .Append("</ETag><ChecksumCRC32C>").Append(parts[i].Checksum).Append("</ChecksumCRC32C></Part>");
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

    /// <summary>
    /// Sends a body with its checksum. Where nothing can be changed on the way, the signature covers the checksum and not the body, as AWS's own clients have it (botocore's
    /// S3SigV4Auth, read 2026-11-22): hashing would take half as long as rendering. A bucket's policy may refuse that
    /// (https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html, read 2026-11-22); what is denied is sent once more, signed, and so are all after it.
    /// </summary>
    private async Task<(ReadOnlyMemory<byte> Body, string? Tag, ProviderFailure? Failure)> UploadAsync(
        Func<HttpRequestMessage> make, string checksum, TimeSpan limit, CancellationToken cancellationToken)
    {
        var isSigned = _signsBodies || !address.IsSecure;
        var sent = await SendOnceAsync(isSigned).ConfigureAwait(false);
        if (!isSigned && sent.Failure is { Status: 403, ProviderCode: "AccessDenied" })
        {
            sent = await SendOnceAsync(signsBody: true).ConfigureAwait(false);
            _signsBodies = sent.Failure is null;
        }

        return sent;

        Task<(ReadOnlyMemory<byte> Body, string? Tag, ProviderFailure? Failure)> SendOnceAsync(bool signsBody) => SendAsync(
            () =>
            {
                var request = make();
                request.Headers.TryAddWithoutValidation(ChecksumHeader, checksum);
                request.Options.Set(SigV4Signer.LeavesBodyOut, !signsBody);
                return request;
            },
            FailureStage.Stage, limit, cancellationToken);
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

/// <summary>A part of an upload, as the call that makes the object of them names it.</summary>
internal readonly record struct S3Part(string Tag, string Checksum);
