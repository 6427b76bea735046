using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Parsimony.Providers.Google;

/// <summary>Cloud Storage's JSON API as jobs use it: objects up in parts, listed, down as a stream, gone.</summary>
/// <remarks>https://docs.cloud.google.com/storage/docs/json_api/v1/objects and .../storage/docs/performing-resumable-uploads, read 2026-11-21.</remarks>
internal sealed class GcsStore
{
    private readonly ProviderHttp _http;
    private readonly BatchCalls _calls;
    private readonly Uri _address;
    private readonly string _base;
    private readonly bool _isOwn;

    public GcsStore(ProviderHttp http, Uri? endpoint)
    {
        _http = http;
        _calls = new BatchCalls(http, GeminiErrorReader.Instance);
        _isOwn = endpoint is null;
        _base = (endpoint ?? new Uri("https://storage.googleapis.com")).GetLeftPart(UriPartial.Path).TrimEnd('/');
        _address = new Uri(_base + "/");
    }

    /// <summary>Writes an object, in parts while it is made.</summary>
    /// <param name="target">Where.</param>
    /// <param name="limit">How long one part may take.</param>
    /// <param name="write">Makes the bytes.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public async Task<ProviderFailure?> UploadAsync(GcsName target, TimeSpan limit, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        var reply = await _calls.SmallAsync(() => Start(target), FailureStage.Stage, cancellationToken).ConfigureAwait(false);
        if (reply is not HttpReply.Ok ok)
        {
            return reply.WhyNot;
        }

        Uri? session;
        using (ok)
        {
            session = Session(ok.Response.Headers.Location);
        }

        if (session is null)
        {
            return new ProviderFailure(FailureStage.Stage, FailureCause.Malformed, 200, ProviderCode: "upload-location");
        }

        var upload = new GcsUpload(_http, session, limit);
        await using var _ = upload.ConfigureAwait(false);
        try
        {
            await write(upload, cancellationToken).ConfigureAwait(false);
            await upload.FinishAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (ProviderException e)
        {
            return e.Failure;
        }
    }

    /// <summary>The objects below a prefix, in the order of their names.</summary>
    /// <exception cref="ProviderException">They could not be listed; the stage is as given.</exception>
    public async IAsyncEnumerable<GcsName> ListAsync(GcsName prefix, FailureStage stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var token = "";
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var path = $"storage/v1/b/{prefix.Bucket}/o?prefix={Uri.EscapeDataString(prefix.Name)}&fields=items(name),nextPageToken" + (token.Length > 0 ? "&pageToken=" + Uri.EscapeDataString(token) : "");
            var reply = await _calls.SmallAsync(() => Request(HttpMethod.Get, path), stage, cancellationToken).ConfigureAwait(false);
            using var ok = reply.OrThrow(_http.Id);
            var page = BatchCalls.Parse(ok.Body, root => root.ValueKind != JsonValueKind.Object ? null : Tuple.Create(
                root.Items("items").Select(item => item.Text("name")).OfType<string>().ToList(), root.Text("nextPageToken") ?? ""))
                ?? throw new ProviderException(_http.Id, new ProviderFailure(stage, FailureCause.Malformed, 200));
            foreach (var name in page.Item1)
            {
                yield return prefix with { Name = name };
            }

            token = page.Item2;
        }
        while (token.Length > 0 && tokens.Add(token));
    }

    /// <summary>Streams the lines of an object.</summary>
    public IAsyncEnumerable<JsonLine> ReadLinesAsync(GcsName name, CancellationToken cancellationToken) =>
        _calls.ReadLinesAsync(() => Request(HttpMethod.Get, name.Path + "?alt=media"), cancellationToken);

    /// <summary>Deletes an object; null when it is gone.</summary>
    public Task<ProviderFailure?> DeleteAsync(GcsName name, CancellationToken cancellationToken) =>
        _calls.DeleteAsync(() => Request(HttpMethod.Delete, name.Path), cancellationToken);

    private HttpRequestMessage Request(HttpMethod method, string path) => new(method, new Uri($"{_base}/{path}"));

    private HttpRequestMessage Start(GcsName target)
    {
        var request = Request(HttpMethod.Post, $"upload/storage/v1/b/{target.Bucket}/o?uploadType=resumable&name={Uri.EscapeDataString(target.Name)}");
        request.Content = new ByteArrayContent([]);
        request.Headers.TryAddWithoutValidation("X-Upload-Content-Type", "application/jsonl");
        return request;
    }

    // The token goes along with every part: only to the store itself, or to where its address says it is reached.
    private Uri? Session(Uri? location)
    {
        if (location is null)
        {
            return null;
        }

        var session = location.IsAbsoluteUri ? location : new Uri(_address, location);
        if (Uri.Compare(session, _address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            return session;
        }

        return !_isOwn ? new Uri(_base + session.PathAndQuery)
            : session.Scheme == Uri.UriSchemeHttps && session.Host.EndsWith(".googleapis.com", StringComparison.OrdinalIgnoreCase) ? session
            : null;
    }
}
