using System.Runtime.CompilerServices;

namespace Parsimony.Providers;

/// <summary>Streams the result lines of an ended batch; one line in memory.</summary>
internal sealed class AnthropicResults(BatchCalls calls, AnthropicEndpoint endpoint)
{
    public async IAsyncEnumerable<BatchLine> ReadAsync(BatchSnapshot batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long number = 0;
        foreach (var reference in batch.ResultReferences)
        {
            var path = endpoint.Results(reference, batch.ProviderBatchId);
            await foreach (var line in calls.ReadLinesAsync(() => Download(path), cancellationToken).ConfigureAwait(false))
            {
                number++;
                yield return AnthropicLineReader.Read(number, line.Bytes.Span);
            }
        }
    }

    private HttpRequestMessage Download(string path)
    {
        var request = endpoint.Request(HttpMethod.Get, path);
        request.Headers.Accept.Clear();
        request.Headers.TryAddWithoutValidation("Accept", "application/binary");
        return request;
    }
}
