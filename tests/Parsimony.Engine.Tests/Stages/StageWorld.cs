using Parsimony.Providers;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>The engine's stages on a real store before providers that answer as a test tells them. A stage works when the test says so.</summary>
internal sealed class StageWorld : IAsyncDisposable
{
    private readonly Dictionary<string, IStage> _stages = new(StringComparer.Ordinal);
    private readonly Func<double> _chance;

    public StageWorld(EngineOptions? options = null, PriceList? prices = null, double chance = 0)
    {
        Options = options ?? new EngineOptions();
        // One of each stage: a test names the one that works.
        Options.Senders = 1;
        _chance = () => chance;
        Store = SqliteEngineStore.OpenInMemory(clock: Clock);
        Engine = Start(prices);
    }

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static ProviderFailure Refusal { get; } = new(FailureStage.Create, FailureCause.InvalidRequest, 400);

    public ManualClock Clock { get; } = new();

    public EngineOptions Options { get; }

    public SqliteEngineStore Store { get; }

    public FakeProvider Provider { get; init; } = new(ProviderId.OpenAI);

    public FakeBatches Batches => Provider.Fake;

    public EngineRuntime Engine { get; private set; }

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>What was logged.</summary>
    public EventLog Log { get; } = new();

    /// <summary>Called at each effect.</summary>
    public Action<string> Reached { get; set; } = static _ => { };

    /// <summary>What live calls may ask of the prompt cache.</summary>
    public Func<StoredRequest, CacheTerms?> CacheTerms { get; set; } = static _ => null;

    /// <summary>The same where it is planned; null where the cache is not weighed.</summary>
    public Func<IntakeRequest, CacheTerms?>? PlannedCacheTerms { get; set; }

    /// <summary>What the requests of batches may ask of it.</summary>
    public Func<ModelId, CacheTerms?> BatchCacheTerms { get; set; } = static _ => Parsimony.Engine.CacheTerms.Planned;

    /// <summary>Whether requests may go into the provider's slower tier.</summary>
    public bool FlexEnabled { get; set; }

    /// <summary>The providers of this process.</summary>
    public bool IsConfigured { get; set; } = true;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Store.DisposeAsync();
    }

    /// <summary>The process ends and another starts on the same store.</summary>
    public EngineRuntime Start(PriceList? prices = null)
    {
        var ids = new SeededIds(Clock, (ulong)Now.Ticks);
        Engine = new EngineRuntime(new EngineSetup
        {
            Store = Store,
            Providers = new ProviderRegistry(IsConfigured ? [Provider] : []),
            Prices = prices ?? PriceList.Default,
            Clock = Clock,
            Options = Options,
            Owner = "worker",
            CacheTerms = CacheTerms,
            PlannedCacheTerms = PlannedCacheTerms,
            BatchCacheTerms = BatchCacheTerms,
            FlexEnabled = _ => FlexEnabled,
            Chance = _chance,
            RandomBytes = ids.Fill,
            Reached = point => Reached(point),
            Logger = Log,
        });
        _stages.Clear();
        foreach (var (stage, _) in EngineLoop.Stages(Engine.Context))
        {
            _stages.Add(stage.Name, stage);
        }

        return Engine;
    }

    /// <summary>Lets one stage work once.</summary>
    public Task<int> RunAsync(string stage) => _stages[stage].RunOnceAsync(Now, Token);

    public Task<int> RunAsync(string stage, TimeSpan after)
    {
        Clock.Advance(after);
        return RunAsync(stage);
    }

    public Task<IReadOnlyList<EnqueuedRequest>> EnqueueAsync(params IReadOnlyList<NewRequest> requests) => Store.Requests.EnqueueAsync(requests, Now, Token);

    /// <summary>A closed batch of requests that are due in a day and leave it an hour before.</summary>
    public async Task<Batch> SealedAsync(int count = 2, Func<NewRequest, NewRequest>? change = null, string scope = "run")
    {
        var accepted = await EnqueueAsync([.. Given.Requests(count, scope).Select(change ?? (request => request))]);
        await Store.Batches.FlushAsync(scope, Now, Token);
        return await BatchAsync((await RequestAsync(accepted[0].Sequence)).Batch ?? 0);
    }

    /// <summary>A batch its provider has under a known id.</summary>
    public async Task<Batch> RunningAsync(int count = 2, Func<NewRequest, NewRequest>? change = null, string scope = "run")
    {
        var batch = await SealedAsync(count, change, scope);
        await RunAsync("submitter");
        return await BatchAsync(batch.Id);
    }

    /// <summary>A batch adopted by size and time alone.</summary>
    public async Task<Batch> SuspectedAsync()
    {
        Batches.Limits = Batches.Limits with { OrphanSearch = OrphanSearch.BySizeAndTime };
        Batches.Create = static _ => new CreateOutcome.Uncertain(new ProviderFailure(FailureStage.Create, FailureCause.Transport));
        Batches.Find = query => [new OrphanCandidate("found", IsProven: false, query.From)];
        var batch = await RunningAsync();
        await RunAsync("rescuer", TimeSpan.FromMinutes(3));
        return await BatchAsync(batch.Id);
    }

    public async Task<Batch> BatchAsync(long id) =>
        await Store.Batches.FindAsync(id, Token) ?? throw new InvalidOperationException($"There is no batch {id}.");

    public async Task<StoredRequest> RequestAsync(long sequence) => Assert.Single(await Store.Requests.LoadAsync([sequence], Token));

    public async Task<IReadOnlyList<StoredRequest>> RequestsAsync(int count = 2) =>
        [.. (await Store.Requests.LoadAsync([.. Enumerable.Range(1, count).Select(number => (long)number)], Token)).OrderBy(request => request.Sequence)];

    public async Task<IReadOnlyList<LedgerRow>> LedgerAsync()
    {
        var rows = new List<LedgerRow>();
        await foreach (var row in Store.Ledger.ReadAsync(null, Token))
        {
            rows.Add(row);
        }

        return rows;
    }

    public async Task<ScopeTotals> TotalsAsync(string scope = "run") =>
        await Store.Runs.ReadTotalsAsync(scope, Token) ?? throw new InvalidOperationException($"Nobody used {scope}.");

    /// <summary>An answer for each item of a batch, as its provider would name it.</summary>
    public static IEnumerable<BatchLine> Lines(Batch batch, params IEnumerable<long> sequences) =>
        sequences.Select(sequence => FakeBatches.Answered(CustomId.Write(batch.Key, sequence, 1)));
}
