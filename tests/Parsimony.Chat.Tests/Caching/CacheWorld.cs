using Microsoft.Extensions.AI;
using Parsimony.Engine;
using Parsimony.Providers;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Storage.Sqlite;
using Parsimony.Testing;

namespace Parsimony.Chat.Tests;

/// <summary>Simulated providers with their caches, and an engine whose ledger is compared with their bill.</summary>
internal sealed class CacheWorld : IAsyncDisposable
{
    private const decimal PicoPerUsd = 1_000_000_000_000m;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("parsimony-cache-");
    private readonly HttpClient _http;
    private IEngineStore? _store;
    private EngineRuntime? _runtime;

    public CacheWorld()
    {
        Sandbox = new SandboxWorld(new SandboxOptions(), Clock);
        _http = new HttpClient(new SandboxMessageHandler(Sandbox)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public ManualClock Clock { get; } = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    public SandboxWorld Sandbox { get; }

    public EngineClient Engine => _runtime!.Client;

    public decimal BillUsd => (decimal)Sandbox.Bill.TotalPico / PicoPerUsd;

    public static ProviderId ProviderOf(string model) => model switch
    {
        _ when model.StartsWith("claude", StringComparison.Ordinal) => ProviderId.Anthropic,
        _ when model.StartsWith("gemini", StringComparison.Ordinal) => ProviderId.Gemini,
        _ => ProviderId.OpenAI,
    };

    public static async Task<CacheWorld> StartAsync()
    {
        var world = new CacheWorld();
        world._store = await SqliteEngineStore.OpenAsync(Path.Combine(world._folder.FullName, "parsimony.db"), options: null, world.Clock);
        world._runtime = new EngineRuntime(new EngineSetup
        {
            Store = world._store,
            Providers = new ProviderRegistry([world.Provider(ProviderId.OpenAI), world.Provider(ProviderId.Anthropic), world.Provider(ProviderId.Gemini)]),
            Clock = world.Clock,
        });
        return world;
    }

    public IChatClient Plain(string model) => Provider(ProviderOf(model)).CreateChatClient(model);

    public async Task<decimal> LedgerUsdAsync() =>
        (await EntriesAsync()).Sum(entry => entry.CostUsd ?? throw new InvalidOperationException($"An entry of unknown cost: {entry}."));

    public async Task<IReadOnlyList<LedgerEntry>> EntriesAsync()
    {
        List<LedgerEntry> entries = [];
        await foreach (var row in _store!.Ledger.ReadAsync(null))
        {
            entries.Add(row.Entry);
        }

        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        if (_runtime is not null)
        {
            await _runtime.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _http.Dispose();
        Sandbox.Dispose();
        _folder.Delete(recursive: true);
    }

    private IProvider Provider(ProviderId id) => ProviderFactory.Create(
        id, new ProviderConnection { ApiKey = "simulated", Endpoint = new Uri(id == ProviderId.OpenAI ? "http://openai.sandbox/v1" : $"http://{id}.sandbox") }, _http, Clock);
}

/// <summary>Has its answers and holds them back until it is told.</summary>
internal sealed class HeldClient(IChatClient inner) : DelegatingChatClient(inner)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    public int Held => Volatile.Read(ref _held);

    public void Release() => _released.SetResult();

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await base.GetResponseAsync(messages, options, cancellationToken);
        Interlocked.Increment(ref _held);
        await _released.Task.WaitAsync(cancellationToken);
        return response;
    }
}

/// <summary>Puts the same on every call.</summary>
internal sealed class FixedCacheClient(IChatClient inner, CacheControl control) : DelegatingChatClient(inner)
{
    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(messages, (options?.Clone() ?? new ChatOptions()).WithCacheControl(control), cancellationToken);
}

/// <summary>Invokes the functions a model asks for and asks again, as the framework's function invoking client does; that one is in a package this project does not have.</summary>
internal sealed class ToolLoopClient(IChatClient inner, int rounds) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        List<ChatMessage> all = [.. messages];
        for (var round = 0; ; round++)
        {
            var response = await base.GetResponseAsync(all, options, cancellationToken);
            var calls = response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().ToList();
            if (calls.Count == 0 || round == rounds)
            {
                return response;
            }

            all.AddRange(response.Messages);
            var results = new List<AIContent>();
            foreach (var call in calls)
            {
                var function = options!.Tools!.OfType<AIFunction>().Single(tool => tool.Name == call.Name);
                results.Add(new FunctionResultContent(call.CallId, await function.InvokeAsync(new AIFunctionArguments(call.Arguments), cancellationToken)));
            }

            all.Add(new ChatMessage(ChatRole.Tool, results));
        }
    }
}
