using System.Globalization;
using Microsoft.Extensions.AI;
using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.Samples;

/// <summary>Many questions over one long instruction: it is written to the provider's cache once and read from there.</summary>
public static class PromptCaching
{
    public static async Task RunAsync(SampleWorld sandbox, TextWriter output, CancellationToken cancellationToken)
    {
        using var http = ProviderFactory.CreateHttpClient();
        var provider = ProviderFactory.Create(ProviderId.Anthropic, sandbox.Anthropic, http, sandbox.Clock);
        var handbook = string.Join(' ', Enumerable.Range(1, 1_500).Select(rule => $"Rule {rule}."));

        // begin-snippet: caching
        var caches = new PromptCacheAdvisor(PriceList.Default, sandbox.Clock);
        using var client = provider.CreateChatClient("claude-sonnet-5").UsePromptCaching(
            caches, options => options.Terms = options.Terms with { Reuse = ReuseHint.Shared });

        // The official Anthropic client instead, or any other: say how it is told to mark a content.
        //     anthropicClient.AsIChatClient("claude-sonnet-5").UsePromptCaching(
        //         caches, options => options.Mark = (content, lifetime) => content.WithCacheControl(lifetime > TimeSpan.FromMinutes(5) ? Ttl.Ttl1h : Ttl.Ttl5m));
        // end-snippet
        long read = 0;
        for (var question = 0; question < 5; question++)
        {
            var response = await client.GetResponseAsync(
                [new ChatMessage(ChatRole.System, handbook), new ChatMessage(ChatRole.User, $"Which rules matter for case {question}?")],
                new ChatOptions { MaxOutputTokens = 50 },
                cancellationToken);
            read += response.Usage?.CachedInputTokenCount ?? 0;
        }

        var standing = caches.Standings()[0];
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{standing.MeasuredHits} of {standing.Calls} calls read the handbook from the cache, {read} tokens in all"));
    }
}
