using System.Globalization;
using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.Engine.Tests;

/// <summary>A rule of the fault script: what goes wrong, at which operation, and the rest of its JSON, such as <c>"times":2</c>, as it is.</summary>
internal sealed record FaultRule(string Fault, string Operation = "*", string More = "");

/// <summary>One engine with its real stages, store and renderers before the simulated providers; time passes only when it is told to.</summary>
internal sealed class EngineWorld : IAsyncDisposable
{
    public const string OpenAI = "openAI/gpt-5-mini";
    public const string Anthropic = "anthropic/claude-haiku-4-5-20251001";
    private const string Scope = "run";
    private const decimal PicoPerUsd = 1_000_000_000_000m;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private readonly HttpClient _http;
    private readonly ManualClock? _network;
    private readonly EngineOptions _options;
    private readonly Func<ProviderConnection, ProviderConnection> _connect;
    private IReadOnlyList<IStage> _stages = [];
    private int _asked;

    /// <summary>A world before anything happened.</summary>
    /// <param name="options">The engine's settings; the defaults when null.</param>
    /// <param name="sandbox">The providers' ways; batches of 20 minutes when null.</param>
    /// <param name="isSlow">Whether replies take their time, on a clock of the network's own.</param>
    /// <param name="connect">Changes the connections.</param>
    public EngineWorld(EngineOptions? options = null, SandboxOptions? sandbox = null, bool isSlow = false, Func<ProviderConnection, ProviderConnection>? connect = null)
    {
        _connect = connect ?? (static connection => connection);
        _options = options ?? new EngineOptions();
        Sandbox = new SandboxWorld(sandbox ?? new SandboxOptions { BatchDurationMin = TimeSpan.FromMinutes(20) }, Clock);
        _network = isSlow ? new ManualClock() : null;
        Road = new Road(new SandboxMessageHandler(Sandbox, _network));
        _http = new HttpClient(Road) { Timeout = Timeout.InfiniteTimeSpan };
        Store = SqliteEngineStore.OpenInMemory(clock: Clock);
        Engine = Start();
    }

    public ManualClock Clock { get; } = new();

    public SandboxWorld Sandbox { get; }

    public SqliteEngineStore Store { get; }

    public Road Road { get; }

    public EngineRuntime Engine { get; private set; }

    /// <summary>Names and keys of the credentials at each provider, the current one first; those of the next start.</summary>
    public IReadOnlyList<(string Name, string Key)> Keys { get; set; } = [("default", "simulated")];

    /// <summary>Provider batches that were charged for.</summary>
    public int BatchesBought => Sandbox.Bill.Lines.Where(line => line.Batch is not null).Select(line => line.Batch).Distinct().Count();

    /// <summary>Lines of batches that were charged for.</summary>
    public int BatchLinesBought => Sandbox.Bill.Lines.Count(line => line.Kind == "batch");

    /// <summary>Live calls that were charged for.</summary>
    public int LiveCallsBought => Sandbox.Bill.Lines.Count(line => line.Kind == "live");

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await Store.DisposeAsync();
        _http.Dispose();
        Sandbox.Dispose();
    }

    /// <summary>A world in which these faults struck while questions, one of many each, were asked and everything came to its end.</summary>
    public static async Task<EngineWorld> PlayAsync(
        int count, string model, IReadOnlyList<FaultRule> faults, TimeSpan? deadline = null, EngineOptions? options = null, bool isSlow = false)
    {
        var world = new EngineWorld(options, isSlow: isSlow);
        foreach (var (fault, operation, more) in faults)
        {
            world.Fault(fault, operation, more);
        }

        await world.AskAsync(count, model, deadline);
        await world.SettleAsync();
        return world;
    }

    /// <summary>Adds a rule to the fault script; the rest of its JSON, such as <c>"times":2</c>, as it is.</summary>
    public void Fault(string fault, string operation = "*", string more = "")
    {
        var rest = more.Length == 0 ? "" : "," + more;
        Sandbox.Faults.Append($$"""{"rules":[{"fault":"{{fault}}","operation":"{{operation}}"{{rest}}}]}""");
    }

    /// <summary>Everything works again from here on.</summary>
    public void Mend() => Sandbox.Faults.Replace("""{"rules":[]}""");

    /// <summary>Asks for answers to questions that are all different, one of many each.</summary>
    public async Task AskAsync(int count, string model = OpenAI, TimeSpan? deadline = null, bool isLive = false, string tenant = "")
    {
        var requests = Enumerable.Range(0, count).Select(_ => new IntakeRequest
        {
            Envelope = new ChatRequest
            {
                Turns = [new ChatTurn(ChatTurnRole.User, [new ChatPart.Text($"question {++_asked}")])],
                MaxOutputTokens = 64,
            }.ToEnvelope(ModelId.Parse(model)),
            Scope = Scope,
            IsBulk = true,
            Constraints = DataConstraints.None with { NoBatch = isLive },
            Deadline = deadline is { } span ? Clock.GetUtcNow() + span : null,
            Dimensions = new RequestDimensions(Tenant: tenant, IsolationGroup: tenant),
        });
        await Engine.Intake.EnqueueAsync([.. requests], TestContext.Current.CancellationToken);
    }

    /// <summary>Lets every stage work until none finds anything to do at this instant.</summary>
    public async Task WorkAsync()
    {
        for (var round = 0; round < 100; round++)
        {
            var done = 0;
            foreach (var stage in _stages)
            {
                done += await RunAsync(stage);
            }

            if (done == 0)
            {
                return;
            }
        }

        throw new InvalidOperationException("The stages find something to do for ever, without time passing.");
    }

    /// <summary>Works while time passes.</summary>
    public async Task PassAsync(TimeSpan span)
    {
        var until = Clock.GetUtcNow() + span;
        await WorkAsync();
        while (Clock.GetUtcNow() < until)
        {
            Clock.Advance(until - Clock.GetUtcNow() < Step ? until - Clock.GetUtcNow() : Step);
            await WorkAsync();
        }
    }

    /// <summary>Works until every request has ended and no batch is open.</summary>
    public async Task SettleAsync(double withinHours = 30)
    {
        var until = Clock.GetUtcNow().AddHours(withinHours);
        await WorkAsync();
        while (!await IsSettledAsync())
        {
            Assert.True(Clock.GetUtcNow() < until, $"Not settled by {Clock.GetUtcNow().ToString("u", CultureInfo.InvariantCulture)}: {await DescribeAsync()}");
            Clock.Advance(Step);
            await WorkAsync();
        }
    }

    /// <summary>Works until a batch is in a state, and gives it.</summary>
    public async Task<Batch> UntilBatchAsync(BatchState state)
    {
        for (var step = 0; step < 3_000; step++)
        {
            await WorkAsync();
            if ((await Store.Batches.ListOpenAsync(null, 10, TestContext.Current.CancellationToken)).FirstOrDefault(batch => batch.State == state) is { } found)
            {
                return found;
            }

            Clock.Advance(Step);
        }

        throw new InvalidOperationException($"No batch became {state}: {await DescribeAsync()}");
    }

    /// <summary>The process ends and another starts on the same store.</summary>
    public async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        Engine = Start();
    }

    public async Task<IReadOnlyList<StoredRequest>> RequestsAsync() =>
        [.. (await Store.Requests.LoadAsync([.. Enumerable.Range(1, Math.Max(1, _asked)).Select(number => (long)number)], TestContext.Current.CancellationToken)).OrderBy(request => request.Sequence)];

    public async Task<IReadOnlyList<LedgerEntry>> EntriesAsync(LedgerKind? kind = null)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var row in Store.Ledger.ReadAsync(Scope, TestContext.Current.CancellationToken))
        {
            if (kind is null || row.Entry.Kind == kind)
            {
                entries.Add(row.Entry);
            }
        }

        return entries;
    }

    /// <summary>Every request is answered and no more was charged than this; bill and ledger agree.</summary>
    public async Task AssertAnsweredAsync(int batches, int liveCalls)
    {
        Assert.All(await RequestsAsync(), request => Assert.Equal(RequestState.Answered, request.State));
        Assert.Equal((batches, liveCalls), (BatchesBought, LiveCallsBought));
        await AssertBooksAgreeAsync();
    }

    /// <summary>Each line of the providers' bill is in the ledger to the pico-dollar, or booked as unknown with a bound above it; nothing else is.</summary>
    public async Task AssertBooksAgreeAsync()
    {
        var booked = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal);
        await foreach (var row in Store.Ledger.ReadAsync(null, TestContext.Current.CancellationToken))
        {
            // A correction comes after what it corrects, and takes its place.
            var isBatch = row.Entry.Route == Route.Batch;
            booked[isBatch ? CustomId.Write(row.BatchKey ?? "?", row.Entry.Sequence, row.Entry.Attempt) : $"{row.RequestId}-{row.Entry.Attempt:x}"] = row.Entry;
        }

        var lines = Sandbox.Bill.Lines.Where(line => !line.Request.StartsWith("theirs-", StringComparison.Ordinal)).ToList();
        Assert.Equal(lines.Count, lines.Select(line => line.Request).Distinct(StringComparer.Ordinal).Count());
        foreach (var line in lines)
        {
            Assert.True(booked.TryGetValue(line.Request, out var entry), $"{line.Kind} {line.Request} was charged and is in no row.");
            if (line.Unpriced)
            {
                Assert.Null(entry.CostUsd);
            }
            else if (entry.CostUsd is { } cost)
            {
                Assert.Equal((decimal)line.AmountPico, cost * PicoPerUsd);
            }
            else
            {
                Assert.True(entry.UpperBoundUsd * PicoPerUsd >= line.AmountPico, $"{line.Request} has the bound {entry.UpperBoundUsd}.");
            }
        }

        var charged = lines.Select(line => line.Request).ToHashSet(StringComparer.Ordinal);
        Assert.All(booked.Where(pair => pair.Value.CostUsd > 0), pair => Assert.Contains(pair.Key, charged));
    }

    private EngineRuntime Start()
    {
        IEnumerable<IProvider> Providers(ProviderKind kind) => Keys.Select(key => kind.Create(
            _connect(new ProviderConnection { ApiKey = key.Key, CredentialName = key.Name, Endpoint = AddressOf(kind.Id), Cloud = new CloudPlace { Account = "acme" } }), _http, Clock));
        var ids = new SeededIds(Clock, (ulong)Clock.GetUtcNow().Ticks);
        var engine = new EngineRuntime(new EngineSetup
        {
            Store = Store,
            Providers = new ProviderRegistry([.. ProviderFactory.Kinds.SelectMany(Providers)]),
            Clock = Clock,
            Options = _options,
            Owner = $"worker at {Clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)}",
            Chance = static () => 0.5,
            RandomBytes = ids.Fill,
        });
        _stages = [.. EngineLoop.Stages(engine.Context).Select(entry => entry.Stage).Where(stage => stage is not Pruner)];
        return engine;
    }

    private static Uri AddressOf(ProviderId id)
    {
        var name = id.Value.ToLowerInvariant();
        return new Uri($"http://{name}.sandbox{SandboxWorld.ClientPathOf(name)}");
    }

    /// <summary>A stage whose replies take their time gets it from the network's clock, and one that sleeps from the world's: a second at a time, and only while it waits for it.</summary>
    private async Task<int> RunAsync(IStage stage)
    {
        var others = Clock.Sleepers;
        var work = stage.RunOnceAsync(Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        while (!work.IsCompleted)
        {
            if (_network?.Sleepers > 0)
            {
                _network.Advance(TimeSpan.FromSeconds(1));
            }
            else if (Clock.Sleepers > others)
            {
                Clock.Advance(TimeSpan.FromSeconds(1));
            }

            await Task.Yield();
        }

        return await work;
    }

    private async Task<bool> IsSettledAsync() =>
        await Store.Runs.ReadTotalsAsync(Scope, TestContext.Current.CancellationToken) is { Open: 0 }
        && (await Store.Batches.ListOpenAsync(null, 1, TestContext.Current.CancellationToken)).Count == 0;

    private async Task<string> DescribeAsync() => string.Join(
        Environment.NewLine,
        [
            .. (await Store.Batches.ListOpenAsync(null, 10, TestContext.Current.CancellationToken)).Select(batch => batch.ToString()),
            .. (await RequestsAsync()).Where(request => !RequestMoves.IsFinal(request.State)).Select(request => request.ToString()),
        ]);
}
