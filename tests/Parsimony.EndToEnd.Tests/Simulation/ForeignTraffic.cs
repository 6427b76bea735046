using Parsimony.Testing;

namespace Parsimony.EndToEnd.Tests;

/// <summary>Somebody else on the same account: creates batches that are not ours, with ids that do not carry our key.</summary>
internal static class ForeignTraffic
{
    /// <summary>What their custom ids begin with.</summary>
    public const string Prefix = "theirs-";

    /// <summary>Creates one where the market's last provider has batches of that size.</summary>
    public static void CreateBatch(SimulatedMarket market, HttpMessageHandler providers, ManualClock clock, int number, int count)
    {
        using var http = new HttpClient(providers, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        var provider = market.Connect(http, new SkewedClock(clock, TimeSpan.Zero))[^1];
        if (provider.Batches is not { } batches || count < batches.Limits.MinRequests)
        {
            return;
        }

        var envelope = new ChatRequest { Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text("theirs")])], MaxOutputTokens = 16 }
            .ToEnvelope(ModelId.Parse(market.Models[^1]));
        var input = new BatchInput
        {
            SubmissionKey = $"{Prefix}{number}",
            Kind = EndpointKind.Chat,
            Count = count,
            Items = _ => Enumerable.Range(0, count).Select(index => new BatchItem($"{Prefix}{index}", envelope)).ToAsyncEnumerable(),
            SendLimit = TimeSpan.FromMinutes(10),
        };
        var lane = new Turnstile("foreign traffic");
        lane.Start("batch", CreateAsync, clock.Advance);
        while (!lane.IsIdle)
        {
            lane.Step(clock.Advance);
        }

        async Task<int> CreateAsync() =>
            await batches.StageAsync(input) is StageOutcome.Staged { Input: var staged } && await batches.CreateAsync(input, staged) is CreateOutcome.Accepted ? 1 : 0;
    }
}
