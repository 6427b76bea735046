using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Sandbox;

namespace Parsimony.Chat.Tests;

/// <summary>An application whose engine is set up by a configuration alone.</summary>
public sealed class ConfiguredHostTests : IAsyncDisposable
{
    private const string Model = "claude-sonnet-4-5";
    private const string Live = "cachingEnabled: true, reuse: shared";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-host-");
    private readonly ChatWorld _world = new();
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly ListLogger _logger = new();
    private readonly HttpClient _http;

    public ConfiguredHostTests() =>
        _http = new HttpClient(new Listening(new SandboxMessageHandler(_world.Sandbox), _sent)) { Timeout = Timeout.InfiniteTimeSpan };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_configuration_switches_live_caching_on_and_applies_its_price_file()
    {
        var prices = Path.Combine(_folder.FullName, "contract.json");
        await File.WriteAllTextAsync(prices, """{ "discounts": [ { "models": "anthropic/*", "percent_off": 20, "source": "order 17" } ] }""", Token);
        await using var services = Host(Live, $"prices: \"{prices}\"");

        var entry = Assert.Single(await BuyAsync(services, 1));

        Assert.Contains("cache_control", Assert.Single(_sent), StringComparison.Ordinal);
        Assert.True(entry.Usage?.CacheWriteShort > 1_024);
        Assert.Equal(0.8m * PriceList.Default.Price(ModelId.Parse($"anthropic/{Model}"), entry.Usage!.Value, PriceTier.Live, _world.Clock.GetUtcNow()).Usd, entry.CostUsd);
    }

    [Fact]
    public async Task A_key_that_is_not_written_leaves_live_caching_off_and_the_listed_price()
    {
        await using var services = Host("model: " + Model);

        var entry = Assert.Single(await BuyAsync(services, 1));

        Assert.DoesNotContain("cache_control", Assert.Single(_sent), StringComparison.Ordinal);
        Assert.Equal(PriceList.Default.Price(ModelId.Parse($"anthropic/{Model}"), entry.Usage!.Value, PriceTier.Live, _world.Clock.GetUtcNow()).Usd, entry.CostUsd);
    }

    [Fact]
    public async Task A_workload_that_says_no_is_not_cached()
    {
        await using var services = Host(Live, workloads: "classify: { cachingEnabled: false }");

        await BuyAsync(services, 2, component: "classify");

        Assert.All(_sent, body => Assert.DoesNotContain("cache_control", body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_price_list_of_the_applications_own_goes_before_the_configured_file()
    {
        var own = PriceList.Default.With([new PriceOverride { Model = ModelId.Parse($"anthropic/{Model}"), Input = 1, Output = 1 }]);
        await using var services = Host(Live, $"prices: \"{Path.Combine(_folder.FullName, "nowhere.json")}\"", collection => collection.AddSingleton(own));

        Assert.Same(own, services.GetRequiredService<EngineClient>().Prices);
    }

    [Fact]
    public async Task A_price_file_that_is_not_there_is_named_when_the_engine_is_made()
    {
        await using var services = Host(Live, $"prices: \"{Path.Combine(_folder.FullName, "nowhere.json")}\"");

        var refused = Assert.Throws<ConfigurationException>(() => services.GetRequiredService<EngineClient>());

        Assert.Contains("nowhere.json", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configured_threshold_warns_of_a_low_hit_rate_on_the_engines_calls_and_on_clients()
    {
        // A mark at the end of every prompt: nothing is ever read.
        await using var services = Host("cachingEnabled: true, cacheStrategy: automatic", "optimization: { cacheWarningThreshold: 0.9 }");

        await BuyAsync(services, 20);

        Assert.Contains(_logger.Lines, line => line.Contains("cache hit rate", StringComparison.Ordinal) && line.Contains("90", StringComparison.Ordinal));
        Assert.Equal(0.9, services.GetRequiredService<EngineClient>().CacheWarningThreshold);
        double? ofClient = null;
        using var chat = new ScriptedClient().UsePromptCaching(services.GetRequiredService<EngineClient>(), options => ofClient = options.WarningThreshold);
        Assert.Equal(0.9, ofClient);
    }

    private ServiceProvider Host(string settings, string more = "", Action<IServiceCollection>? add = null, string? workloads = null)
    {
        var configuration = ConfigurationFile.LoadText(
            $$"""
              llm:
                - provider: anthropic
                  configuration: { {{settings}}, apiKey: simulated, batchingEnabled: false }
              {{(workloads is null ? "" : $"    workloads: {{ {workloads} }}")}}
              {{more}}
              """,
            "test.yaml",
            new ConfigurationSources { Variable = static _ => null });
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(_world.Clock);
        collection.AddSingleton<ILoggerFactory>(new OneLogger(_logger));
        add?.Invoke(collection);
        collection.AddParsimony(configuration).UseSqlite(Path.Combine(_folder.FullName, "parsimony.db"));
        collection.AddProvider(services => new AnthropicProvider(
            new ProviderConnection { ApiKey = "simulated", Endpoint = new Uri("http://anthropic.sandbox") }, _http, services.GetRequiredService<TimeProvider>()));
        return collection.BuildServiceProvider();
    }

    /// <summary>Has requests under one instruction answered by the engine, one after the other, and reads what was booked.</summary>
    private async Task<List<LedgerEntry>> BuyAsync(ServiceProvider services, int count, string component = "")
    {
        // The host's stages in turn, not its loop: the clock stands still during a call.
        var stages = EngineLoop.Stages(services.GetRequiredService<EngineRuntime>().Context);
        var engine = services.GetRequiredService<EngineClient>();
        for (var number = 0; number < count; number++)
        {
            var request = new ChatRequest
            {
                Turns = [new ChatTurn(ChatTurnRole.System, [new ChatPart.Text(Instruction)]), new ChatTurn(ChatTurnRole.User, [new ChatPart.Text($"Question {number}?")])],
                MaxOutputTokens = 20,
            };
            var accepted = await engine.EnqueueAsync(
                [new IntakeRequest { Envelope = request.ToEnvelope(ModelId.Parse($"anthropic/{Model}")), Scope = "run", Dimensions = new RequestDimensions(Component: component) }], Token);
            foreach (var (stage, _) in stages)
            {
                await stage.RunOnceAsync(_world.Clock.GetUtcNow(), Token);
            }

            Assert.Equal(RequestState.Answered, (await engine.ReadAsync(accepted[0].Id, Token))?.Request.State);
        }

        var entries = new List<LedgerEntry>();
        await foreach (var row in engine.Store.Ledger.ReadAsync(null, Token))
        {
            entries.Add(row.Entry);
        }

        return entries;
    }

    private static string Instruction { get; } = string.Join(' ', Enumerable.Range(0, 3_000).Select(number => string.Create(CultureInfo.InvariantCulture, $"rule{number % 977:000}")));

    private sealed class Listening(HttpMessageHandler inner, ConcurrentQueue<string> sent) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content)
            {
                await content.LoadIntoBufferAsync(cancellationToken);
                sent.Enqueue(await content.ReadAsStringAsync(cancellationToken));
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }
    }
}
