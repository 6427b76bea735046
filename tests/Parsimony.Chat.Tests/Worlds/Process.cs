using Microsoft.Extensions.AI;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Chat.Tests;

/// <summary>One process on the database file: a store and an engine of its own.</summary>
internal sealed class Process : IAsyncDisposable
{
    private readonly IReadOnlyList<IStage> _stages;
    private bool _isDisposed;

    private Process(IEngineStore store, EngineRuntime runtime, IProvider provider)
    {
        Store = store;
        Runtime = runtime;
        Provider = provider;
        _stages = [.. EngineLoop.Stages(runtime.Context).Select(entry => entry.Stage)];
    }

    public IEngineStore Store { get; }

    public EngineRuntime Runtime { get; }

    public IProvider Provider { get; }

    public EngineClient Engine => Runtime.Client;

    public static async Task<Process> StartAsync(string path, ChatWorld world)
    {
        var store = await SqliteEngineStore.OpenAsync(path, options: null, world.Clock);
        var provider = ProviderFactory.Create(ProviderId.OpenAI, world.Connection(), world.Http, world.Clock);
        var runtime = new EngineRuntime(new EngineSetup { Store = store, Providers = new ProviderRegistry([provider]), Clock = world.Clock });
        return new Process(store, runtime, provider);
    }

    public CountingClient Plain() => new(Provider.CreateChatClient(ChatWorld.Model));

    public async Task RunStagesAsync(DateTimeOffset now)
    {
        foreach (var stage in _stages)
        {
            while (await stage.RunOnceAsync(now) > 0 && stage is Submitter or Collector)
            {
            }
        }
    }

    public async Task<List<LedgerRow>> LedgerAsync()
    {
        var rows = new List<LedgerRow>();
        await foreach (var row in Store.Ledger.ReadAsync(null))
        {
            rows.Add(row);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await Runtime.DisposeAsync();
            await Store.DisposeAsync();
        }
    }
}

/// <summary>Counts the plain calls that reach it, and how many were under way at once.</summary>
internal sealed class CountingClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private int _calls;
    private int _now;

    public int Calls => _calls;

    public int Most { get; private set; }

    public Func<Task>? Before { get; set; }

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        Most = Math.Max(Most, Interlocked.Increment(ref _now));
        try
        {
            if (Before is not null)
            {
                await Before();
            }

            return await base.GetResponseAsync(messages, options, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return base.GetStreamingResponseAsync(messages, options, cancellationToken);
    }
}
