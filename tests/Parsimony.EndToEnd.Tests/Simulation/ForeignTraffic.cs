using System.Text;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Somebody else on the same account: creates batches that are not ours, with ids that do not carry our key.</summary>
internal static class ForeignTraffic
{
    public static async Task CreateBatchAsync(HttpMessageHandler providers, int count)
    {
        var items = string.Join(',', Enumerable.Range(0, count).Select(index =>
            $$$"""{"custom_id":"theirs-{{{index}}}","params":{"model":"claude-haiku-4-5-20251001","max_tokens":16,"messages":[{"role":"user","content":"theirs"}]}}"""));
        using var client = new HttpMessageInvoker(providers, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://anthropic.sandbox/v1/messages/batches")
        {
            Content = new StringContent($$$"""{"requests":[{{{items}}}]}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-api-key", "somebody");
        request.Headers.Add("anthropic-version", "2023-06-01");
        try
        {
            using var response = await client.SendAsync(request, CancellationToken.None);
        }
        catch (HttpRequestException)
        {
            // A fault meant for us may strike them.
        }
    }
}
