using System.Globalization;
using System.Net.Http.Headers;

namespace Parsimony.Providers.Azure;

/// <summary>
/// The blobs of one container: put in blocks, read, deleted (https://learn.microsoft.com/rest/api/storageservices/{put-block,put-block-list,get-blob,delete-blob}, read 2026-11-21).
/// </summary>
internal sealed class AzureBlobs
{
    // Entra tokens need 2017-11-09 or later, blocks of more than 100 MiB 2019-12-12: this is a version both have (the same pages).
    private const string Version = "2021-12-02";

    private readonly ProviderHttp _http;
    private readonly string _base;
    private readonly string _seen;

    /// <summary>The blobs below an address.</summary>
    /// <param name="http">Makes the calls, with the storage's credential.</param>
    /// <param name="storage">The container, and a prefix within it; the address Azure OpenAI is told.</param>
    /// <param name="endpoint">Where the calls go when not to that address; null for there.</param>
    /// <exception cref="ArgumentException">The address names no container.</exception>
    public AzureBlobs(ProviderHttp http, Uri storage, Uri? endpoint)
    {
        if (storage.Scheme is not ("https" or "http") || storage.AbsolutePath.Trim('/').Length == 0)
        {
            throw new ArgumentException("The storage must be a container's address, such as https://account.blob.core.windows.net/container/prefix.", nameof(storage));
        }

        _http = http;
        _seen = storage.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _base = endpoint is null ? _seen : endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + storage.AbsolutePath.TrimEnd('/');
    }

    /// <summary>What Azure OpenAI is told of a blob, or a folder.</summary>
    public string AddressOf(string name) => $"{_seen}/{name}";

    /// <summary>The name of a blob of ours that Azure OpenAI told the address of; null for one elsewhere.</summary>
    public string? NameOf(string? address) =>
        address is not null && address.StartsWith(_seen + "/", StringComparison.OrdinalIgnoreCase) ? address[(_seen.Length + 1)..] : null;

    /// <summary>A stream that becomes a blob.</summary>
    public PartedUpload Upload(string name, TimeSpan limit) => new BlobUpload(this, name, limit);

    /// <summary>A request to a blob.</summary>
    public HttpRequestMessage Request(HttpMethod method, string name, string query = "", HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, $"{_base}/{name}{query}") { Content = content };
        request.Headers.TryAddWithoutValidation("x-ms-version", Version);
        request.Headers.TryAddWithoutValidation("x-ms-date", _http.Clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture));
        return request;
    }

    private sealed class BlobUpload(AzureBlobs blobs, string name, TimeSpan limit) : PartedUpload(UsualPartBytes)
    {
        private readonly List<string> _blocks = [];

        protected override async Task SendPartAsync(ReadOnlyMemory<byte> part, bool isLast, CancellationToken cancellationToken)
        {
            // Ids of one length, in order; the same on a second try, which then replaces the first one's blocks.
            var id = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(_blocks.Count.ToString("D8", CultureInfo.InvariantCulture)));
            await PutAsync($"?comp=block&blockid={Uri.EscapeDataString(id)}", () => new ReadOnlyMemoryContent(part), cancellationToken).ConfigureAwait(false);
            _blocks.Add(id);
            if (isLast)
            {
                var list = $"<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>{string.Concat(_blocks.Select(block => $"<Latest>{block}</Latest>"))}</BlockList>";
                await PutAsync("?comp=blocklist", () => new StringContent(list, new MediaTypeHeaderValue("application/xml")), cancellationToken).ConfigureAwait(false);
            }
        }

        private async Task PutAsync(string query, Func<HttpContent> content, CancellationToken cancellationToken)
        {
            var reply = await blobs._http.SendForBodyAsync(
                () => blobs.Request(HttpMethod.Put, name, query, content()), FailureStage.Stage, limit, AzureBlobErrorReader.Instance, cancellationToken).ConfigureAwait(false);
            using var _ = reply.OrThrow(ProviderId.AzureOpenAI);
        }
    }
}
