using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Parsimony.Cli;

/// <summary>Fetches the pages of a provider's report. No key and no body of a refusal is ever shown.</summary>
internal sealed class ReportPages(HttpClient http, TimeProvider clock)
{
    private const int MostTries = 4;
    private const int MostPages = 10_000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The buckets of all pages.</summary>
    /// <param name="first">The first page's address, with its query.</param>
    /// <param name="key">The admin key.</param>
    /// <param name="headers">The headers that carry it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="UserException">The provider refuses, or answers something else.</exception>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(Uri first, AdminKey key, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        var buckets = new List<JsonElement>();
        string? page = null;
        for (var count = 0; count < MostPages; count++)
        {
            var address = page is null ? first : new Uri($"{first}&page={Uri.EscapeDataString(page)}");
            var root = await PageAsync(address, key, headers, cancellationToken).ConfigureAwait(false);
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data"u8, out var data) || data.ValueKind != JsonValueKind.Array)
            {
                throw new UserException($"{address.Host} answers {first.AbsolutePath} with something that is no report.");
            }

            buckets.AddRange(data.EnumerateArray());
            var more = root.TryGetProperty("has_more"u8, out var hasMore) && hasMore.ValueKind == JsonValueKind.True;
            var next = root.TryGetProperty("next_page"u8, out var token) && token.ValueKind == JsonValueKind.String ? token.GetString() : null;
            if (!more)
            {
                return buckets;
            }

            page = next is { Length: > 0 } && next != page ? next : throw new UserException($"{address.Host} says that {first.AbsolutePath} has more pages, and not which.");
        }

        throw new UserException($"{first.Host}: {first.AbsolutePath} has no end.");
    }

    private async Task<JsonElement> PageAsync(Uri address, AdminKey key, IReadOnlyList<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Limit);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            try
            {
                using var response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false));
                    return document.RootElement.Clone();
                }

                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                {
                    throw new UserException($"{address.Host} refuses the admin key in {key.Variable}: reports need an admin key of the organization, not the key calls are made with.", ExitCode.Refused);
                }

                if (attempt == MostTries || (response.StatusCode != HttpStatusCode.TooManyRequests && (int)response.StatusCode < 500))
                {
                    throw new UserException(string.Create(CultureInfo.InvariantCulture, $"{address.Host} answers {address.AbsolutePath} with status {(int)response.StatusCode}."));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (attempt == MostTries)
                {
                    throw new UserException($"{address.Host} gives no report at {address.AbsolutePath}.");
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(1 << attempt), clock, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A key that may read reports. Its value is never shown.</summary>
/// <param name="Variable">The environment variable it is from.</param>
/// <param name="Value">The key.</param>
internal sealed record AdminKey(string Variable, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Variable;
}
