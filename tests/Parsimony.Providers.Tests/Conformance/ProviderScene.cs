using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.AI;
using Parsimony.Sandbox;
using Parsimony.Sandbox.Model;
using Parsimony.Sandbox.Tests;
using Parsimony.Testing;

namespace Parsimony.Providers.Tests;

/// <summary>A provider in a world of its own, and the calls a conformance run makes.</summary>
internal sealed class ProviderScene : IDisposable
{
    /// <summary>What the connection says of calls at the same time.</summary>
    public const int MaxParallelCalls = 7;

    /// <summary>What the connection says of batches at the same time.</summary>
    public const int MaxOpenBatches = 5;

    private readonly ProviderSubject _subject;
    private readonly ConcurrentQueue<string> _calls = [];

    public ProviderScene(ProviderSubject subject, string? key = null)
    {
        _subject = subject;
        World = new SandboxWorld(new SandboxOptions(), Clock);
        Http = new HttpClient(new Recorder(new SandboxMessageHandler(World), _calls)) { Timeout = Timeout.InfiniteTimeSpan };
        var connection = new ProviderConnection
        {
            ApiKey = key ?? subject.Key,
            Cloud = subject.Cloud,
            MaxParallelCalls = MaxParallelCalls,
            MaxOpenBatches = MaxOpenBatches,
            Endpoint = new Uri($"http://{subject.Twin}.sandbox{SandboxWorld.ClientPathOf(subject.Twin)}"),
        };
        Provider = subject.Kind.Create(connection, Http, Clock);
    }

    // Of a host over TLS, by HTTP/2 alone; the host is the test's.
    private ProviderScene(ProviderSubject subject, SandboxHost host, ManualClock clock)
    {
        _subject = subject;
        Clock = clock;
        World = host.World;
        Http = new HttpClient(new TrustedHandler(host.CertificatePem!, HttpVersion.Version20)) { Timeout = Timeout.InfiniteTimeSpan };
        Provider = subject.Kind.Create(
            new ProviderConnection
            {
                ApiKey = subject.Key,
                Cloud = subject.Cloud?.StorageEndpoint is { } store ? subject.Cloud with { StorageEndpoint = host.SecureAddressOf(store.Host.Split('.')[0]) } : subject.Cloud,
                Endpoint = host.SecureAddressOf(subject.Twin),
            },
            Http,
            Clock);
    }

    public ManualClock Clock { get; } = NewClock();

    public SandboxWorld World { get; }

    public IProvider Provider { get; }

    public IBatchBackend Batches => Provider.Batches ?? throw new InvalidOperationException("It has no batches.");

    /// <summary>Method, address and body of every call, in order.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public IEnumerable<string> Ids => Enumerable.Range(0, _subject.Items).Select(i => $"k-{i}");

    private HttpClient Http { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The same behind a socket: over TLS and by HTTP/2. The caller disposes scene and host.</summary>
    public static async Task<(ProviderScene Scene, SandboxHost Host)> OverTlsAsync(ProviderSubject subject)
    {
        var clock = NewClock();
        var host = await SandboxHost.StartAsync(
            new SandboxHostOptions { TlsPort = 0, RealClock = clock, Model = new SandboxOptions { LiveLatencyMin = TimeSpan.Zero, LiveLatencyMax = TimeSpan.Zero } }, Token);
        return (new ProviderScene(subject, host, clock), host);
    }

    public void Fault(string name, string operation = "*", string more = "") =>
        World.Faults.Replace($$"""{"rules":[{"fault":"{{name}}","operation":"{{operation}}","times":1{{more}}}]}""");

    public Envelope Chat(string text = "hello", Action<ChatOptions>? set = null)
    {
        var options = new ChatOptions { MaxOutputTokens = 200 };
        set?.Invoke(options);
        return ChatRequestConversions.FromMessages([new ChatMessage(ChatRole.User, text)], options).ToEnvelope(new ModelId(_subject.Kind.Id, _subject.Model));
    }

    public Task<LiveOutcome> SendAsync(Envelope envelope) => Provider.SendAsync(new LiveCall(envelope, "call-1", TimeSpan.FromMinutes(1)), Token);

    public async Task<Answer> AnswerAsync(Envelope envelope) => Assert.IsType<LiveOutcome.Answered>(await SendAsync(envelope)).Answer;

    public BatchInput Input(string key = "p-0198-key") => new()
    {
        SubmissionKey = key,
        Kind = EndpointKind.Chat,
        Count = _subject.Items,
        Items = _ => Ids.Select((id, i) => new BatchItem(id, Chat($"question {i}"))).ToAsyncEnumerable(),
        SendLimit = TimeSpan.FromMinutes(10),
    };

    /// <summary>Uploads; a provider that looks at its file until it is taken in waits on the scene's clock.</summary>
    public async Task<StagedInput> StageAsync()
    {
        var staging = Batches.StageAsync(Input(), Token);
        await Clock.PassUntilAsync(staging, cancellationToken: Token);

        return Assert.IsType<StageOutcome.Staged>(await staging).Input;
    }

    public async Task<CreateOutcome> CreateAsync(StagedInput staged) => await Batches.CreateAsync(Input(), staged, Token);

    public async Task<(string Id, StagedInput Staged)> SubmitAsync()
    {
        var staged = await StageAsync();
        return (Assert.IsType<CreateOutcome.Accepted>(await CreateAsync(staged)).ProviderBatchId, staged);
    }

    public Task<IReadOnlyList<OrphanCandidate>> FindAsync(StagedInput staged, string key = "p-0198-key") => Batches.FindAsync(
        new OrphanQuery(key, staged.Reference, _subject.Items, Clock.GetUtcNow().AddMinutes(-5), Clock.GetUtcNow().AddMinutes(5)), Token);

    public Task<PollOutcome> PollAsync(string id) => Batches.PollAsync(id, Token);

    public async Task<BatchSnapshot> SeenAsync(string id) => Assert.IsType<PollOutcome.Seen>(await PollAsync(id)).Snapshot;

    /// <summary>Lets time pass until the batch has ended.</summary>
    public async Task<BatchSnapshot> EndAsync(string id)
    {
        for (var minutes = 0; minutes < 50 * 60; minutes += 10)
        {
            Clock.Advance(TimeSpan.FromMinutes(10));
            if (await PollAsync(id) is PollOutcome.Seen { Snapshot: { Phase: BatchPhase.Ended or BatchPhase.Rejected } snapshot })
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException("The batch never ended.");
    }

    public async Task<List<BatchLine>> ReadAsync(BatchSnapshot snapshot) => await Batches.ReadResultsAsync(snapshot, Token).ToListAsync(Token);

    public async Task<List<BatchLine>> ResultsAsync()
    {
        var (id, _) = await SubmitAsync();
        return await ReadAsync(await EndAsync(id));
    }

    public Task<ProviderFailure?> CancelAsync(string id) => Batches.CancelAsync(id, Token);

    public Task<ProviderFailure?> CleanAsync(BatchSnapshot snapshot, StagedInput staged) => Batches.CleanAsync(snapshot, staged, Token);

    /// <summary>Tokens the answers say they used are those that were billed.</summary>
    public void AssertBilled(IEnumerable<Answer> answers)
    {
        var said = answers.Select(answer => answer.Usage ?? throw new InvalidOperationException("An answer without usage.")).ToList();
        var billed = World.Bill.Lines;
        Assert.Equal(billed.Count, said.Count);
        Assert.Equal(billed.Sum(line => line.Usage.TotalInput), said.Sum(usage => usage.TotalInput));
        Assert.Equal(billed.Sum(line => line.Usage.CacheRead), said.Sum(usage => usage.CacheRead));
        Assert.Equal(billed.Sum(line => line.Usage.Output), said.Sum(usage => usage.TotalOutput));
    }

    public void Dispose()
    {
        Http.Dispose();
        World.Dispose();
    }

    private static ManualClock NewClock() => new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    private sealed class Recorder(HttpMessageHandler inner, ConcurrentQueue<string> calls) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var head = $"{request.Method} {request.RequestUri?.PathAndQuery}";
            if (request.Content is { } content)
            {
                // Written into memory first, so that it can be compared; then sent as it is.
                var body = await content.ReadAsByteArrayAsync(cancellationToken);
                head += $"\n{System.Text.Encoding.UTF8.GetString(body)}";
            }

            calls.Enqueue(head);
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
