using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Parsimony.Engine;
using Parsimony.Providers;

namespace Parsimony.Chat.Tests;

public sealed class ParsimonyServicesTests : IAsyncDisposable
{
    private readonly ChatWorld _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_container_runs_the_engine_and_answers_a_batched_call()
    {
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(_world.Clock);
        collection.AddParsimony(options => options.FillTime = TimeSpan.FromSeconds(10)).UseSqlite(_world.Path);
        collection.AddProvider(services => new OpenAIProvider(_world.Connection(), _world.Http, services.GetRequiredService<TimeProvider>()));
        await using var services = collection.BuildServiceProvider();
        var hosted = services.GetServices<IHostedService>().ToList();
        foreach (var service in hosted)
        {
            await service.StartAsync(Token);
        }

        var chat = services.GetRequiredService<IProvider>().CreateChatClient(ChatWorld.Model).UseBatching(services.GetRequiredService<EngineClient>());
        var call = chat.GetResponseAsync(ChatWorld.Ask(), _world.Within(TimeSpan.FromHours(24)), Token);
        // Every stage, the heartbeat and the caller.
        await _world.Clock.PassUntilAsync(call, EngineLoop.Stages(services.GetRequiredService<EngineRuntime>().Context).Count + 2, Token);

        Assert.NotEmpty((await call).Text);
        Assert.Equal(["batch"], _world.BoughtKinds);
        foreach (var service in hosted)
        {
            await service.StopAsync(Token);
        }
    }

    [Fact]
    public async Task Every_fault_of_the_settings_is_told_at_once_when_the_application_starts()
    {
        var collection = new ServiceCollection();
        collection.AddParsimony(options =>
        {
            options.FillTime = TimeSpan.Zero;
            options.ParallelSends = 0;
            options.MaxHedgeUsd = -1;
        });
        await using var services = collection.BuildServiceProvider();

        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.All(["FillTime", "ParallelSends", "MaxHedgeUsd"], name => Assert.Contains(refused.Failures, failure => failure.Contains(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_missing_store_names_the_call_to_add()
    {
        var collection = new ServiceCollection();
        collection.AddParsimony();
        collection.AddOpenAI("key");
        await using var services = collection.BuildServiceProvider();

        var refused = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<EngineClient>());

        Assert.Contains("UseSqlite", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_provider_names_the_calls_to_add()
    {
        var collection = new ServiceCollection();
        collection.AddParsimony().UseSqlite(_world.Path);
        await using var services = collection.BuildServiceProvider();

        var refused = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<EngineClient>());

        Assert.Contains("AddAnthropic", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_key_is_refused_where_it_is_added()
    {
        var collection = new ServiceCollection();

        Assert.Throws<ArgumentException>(() => collection.AddAnthropic(" "));
        Assert.Throws<NotSupportedException>(() => collection.AddProvider(ProviderId.Parse("bedrock"), new ProviderConnection { ApiKey = "key" }));
    }

    [Fact]
    public async Task The_first_provider_of_an_id_is_its_default()
    {
        var collection = new ServiceCollection();
        collection.AddAnthropic("one").AddOpenAI("two").AddOpenAI(new ProviderConnection { ApiKey = "three", CredentialName = "second" });
        await using var services = collection.BuildServiceProvider();

        var registry = services.GetRequiredService<IProviderRegistry>();

        Assert.Equal(3, registry.All.Count);
        Assert.True(registry.TryFind(ProviderId.OpenAI, out var provider));
        Assert.Equal("default", provider.CredentialName);
    }
}
