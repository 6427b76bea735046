using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Storage.Sqlite;

namespace Parsimony.Bench;

/// <summary>A store on disk, a provider that is a folder, and the engine's parts on both; all gone when it is disposed.</summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly string _folder;
    private readonly HttpClient _http;
    private readonly EngineRuntime _runtime;

    private Workbench(string folder, SqliteEngineStore store, HttpClient http, LocalProvider local, IProvider provider)
    {
        _folder = folder;
        _http = http;
        Store = store;
        Local = local;
        Provider = provider;
        _runtime = new EngineRuntime(new EngineSetup { Store = store, Providers = new ProviderRegistry([Provider]) });
    }

    public SqliteEngineStore Store { get; }

    public LocalProvider Local { get; }

    public IProvider Provider { get; }

    public IBatchBackend Backend => Provider.Batches ?? throw new InvalidOperationException("OpenAI has batches.");

    public RequestIntake Intake => _runtime.Intake;

    public StageContext Context => _runtime.Context;

    public string DatabasePath => Path.Combine(_folder, "bench.db");

    public static async Task<Workbench> OpenAsync(int? answerBytes = null, bool isShuffled = true, PayloadProtection? protection = null)
    {
        var folder = Directory.CreateTempSubdirectory("parsimony-bench-").FullName;
        var store = await SqliteEngineStore.OpenAsync(Path.Combine(folder, "bench.db"), new SqliteStoreOptions { Protection = protection });
        var local = new LocalProvider(folder) { AnswerBytes = answerBytes, IsShuffled = isShuffled };
        var http = new HttpClient(local) { Timeout = Timeout.InfiniteTimeSpan };
        return new Workbench(folder, store, http, local, ProviderFactory.Create(ProviderId.OpenAI, new ProviderConnection { ApiKey = "none" }, http, TimeProvider.System));
    }

    /// <summary>The same over sockets, with a provider that is somewhere else.</summary>
    public static async Task<Workbench> OpenAsync(ProviderKind kind, ProviderConnection connection)
    {
        var folder = Directory.CreateTempSubdirectory("parsimony-bench-").FullName;
        var store = await SqliteEngineStore.OpenAsync(Path.Combine(folder, "bench.db"), new SqliteStoreOptions());
        var http = ProviderFactory.CreateHttpClient();
        return new Workbench(folder, store, http, new LocalProvider(folder), kind.Create(connection, http, TimeProvider.System));
    }

    /// <summary>Accepts requests in chunks and closes their batches.</summary>
    public async Task EnqueueAsync(IEnumerable<IntakeRequest> requests, int chunk)
    {
        await foreach (var _ in Intake.EnqueueAllAsync(requests.Chunk(chunk).ToAsyncEnumerable(), request => request))
        {
        }

        await Store.Batches.FlushAsync(null, DateTimeOffset.UtcNow);
    }

    /// <summary>Gives all closed batches to the provider.</summary>
    public async Task SubmitAsync()
    {
        var submitter = new Submitter(Context);
        while (await submitter.RunOnceAsync(DateTimeOffset.UtcNow) > 0)
        {
        }
    }

    /// <summary>Notes that all batches have ended.</summary>
    public async Task PollAsync()
    {
        var poller = new Poller(Context);
        while (await poller.RunOnceAsync(DateTimeOffset.UtcNow.AddMinutes(5)) > 0)
        {
        }
    }

    /// <summary>Reads and settles the results of all ended batches.</summary>
    public async Task CollectAsync()
    {
        var collector = new Collector(Context);
        while (await collector.RunOnceAsync(DateTimeOffset.UtcNow) > 0)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        await Store.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
