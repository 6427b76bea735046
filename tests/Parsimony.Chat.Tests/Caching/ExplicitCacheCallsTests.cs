using Microsoft.Extensions.AI;
using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.Chat.Tests;

/// <summary>Plain calls at the simulated Gemini under one head of 6,000 tokens, too seldom for what the provider keeps by itself.</summary>
public sealed class ExplicitCacheCallsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Flash = "gemini-3.5-flash";

    private static readonly TimeSpan Seldom = TimeSpan.FromMinutes(14);
    private static readonly string Head = string.Join(' ', Enumerable.Range(0, 3_000).Select(word => $"rule{word % 977:000}"));

    private CacheWorld? _world;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CacheWorld World => _world ?? throw new InvalidOperationException("The world has not been started.");

    public async ValueTask InitializeAsync() => _world = await CacheWorld.StartAsync();

    public ValueTask DisposeAsync() => World.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Calls_with_time_to_wait_are_made_over_a_cache_once_it_pays_and_the_ledger_is_the_bill(bool streams)
    {
        var plain = await PlainBillAsync(30, streams);
        await using (var client = Client())
        {
            await AskAsync(client, 30, TimeSpan.FromMinutes(10), streams);
        }

        output.WriteLine($"30 calls 14 minutes apart: plain {plain} USD, planned {World.BillUsd} USD");
        Assert.True(World.BillUsd < plain * 0.6m);
        var entries = await World.EntriesAsync();
        Assert.Single(Bought(entries));
        // The provider rounds storage down to a millionth of a millionth.
        Assert.Equal(World.BillUsd, entries.Sum(entry => entry.CostUsd ?? 0), 10);
        Assert.Equal("acme", Assert.Single(await TenantsAsync()));
    }

    [Fact]
    public async Task Calls_that_may_not_wait_make_no_cache_and_are_made_over_one_that_is_there()
    {
        await using var client = Client();
        await AskAsync(client, 8, within: null);
        Assert.All(World.Sandbox.Bill.Lines, line => Assert.Equal(0, line.Usage.CacheRead));

        await AskAsync(client, 2, TimeSpan.FromMinutes(10));
        await AskAsync(client, 1, within: null);

        Assert.True(World.Sandbox.Bill.Lines[^1].Usage.CacheRead > 5_000);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cache_that_somebody_deletes_fails_no_call(bool streams)
    {
        await using var client = Client();
        await AskAsync(client, 8, TimeSpan.FromMinutes(10), streams);
        var caches = ((GeminiProvider)World.Plain(Flash).GetRequiredService<IProvider>()).Caches;
        var cache = await caches.FindAsync(new ModelId(ProviderId.Gemini, Flash), "parsimony-", Token);
        Assert.NotNull(cache);
        Assert.Null(await caches.DeleteAsync(cache.Name, Token));

        await AskAsync(client, 2, TimeSpan.FromMinutes(10), streams);

        Assert.Equal(10, World.Sandbox.Bill.Lines.Count(line => line.Usage.Output > 0));
        Assert.Single(Bought(await World.EntriesAsync()));
    }

    [Fact]
    public async Task Without_an_engine_to_book_it_no_cache_is_made()
    {
        using var client = World.Plain(Flash).UsePromptCaching(World.Engine.Caches);

        await AskAsync(client, 8, TimeSpan.FromMinutes(10));

        Assert.All(World.Sandbox.Bill.Lines, line => Assert.Equal(0, line.Usage.CacheRead));
    }

    private static IEnumerable<LedgerEntry> Bought(IEnumerable<LedgerEntry> entries) =>
        entries.Where(entry => entry is { Kind: LedgerKind.Correction, Usage.UncachedInput: > 0 });

    private MeteringChatClient Client() => (MeteringChatClient)World.Plain(Flash)
        .UsePromptCaching(World.Engine, options => options.Dimensions = new RequestDimensions(Tenant: "acme"))
        .UseMetering(World.Engine);

    private async Task<IReadOnlyCollection<string>> TenantsAsync()
    {
        HashSet<string> tenants = [];
        await foreach (var row in World.Engine.Store.Ledger.ReadAsync("explicit-caches", Token))
        {
            tenants.Add(row.Profile.Tenant);
        }

        return tenants;
    }

    private static async Task<decimal> PlainBillAsync(int calls, bool streams)
    {
        await using var world = await CacheWorld.StartAsync();
        using var client = world.Plain(Flash);
        await AskAsync(world, client, calls, within: null, streams);
        return world.BillUsd;
    }

    private Task AskAsync(IChatClient client, int calls, TimeSpan? within, bool streams = false) => AskAsync(World, client, calls, within, streams);

    private static async Task AskAsync(CacheWorld world, IChatClient client, int calls, TimeSpan? within, bool streams)
    {
        for (var call = 0; call < calls; call++)
        {
            var options = new ChatOptions { MaxOutputTokens = 32 };
            if (within is { } time)
            {
                options.WithDeadline(time, world.Clock);
            }

            List<ChatMessage> messages = [new(ChatRole.System, Head), new(ChatRole.User, $"Which of the rules applies to case {world.Sandbox.Bill.Lines.Count}?")];
            var response = streams
                ? await client.GetStreamingResponseAsync(messages, options, Token).ToChatResponseAsync(Token)
                : await client.GetResponseAsync(messages, options, Token);
            Assert.NotEmpty(response.Text);
            Assert.Null(options.GetCacheControl());
            world.Clock.Advance(Seldom);
        }
    }
}
