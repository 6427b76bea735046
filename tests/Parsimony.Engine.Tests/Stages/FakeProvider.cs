using System.Buffers;
using Microsoft.Extensions.AI;

namespace Parsimony.Engine.Tests;

/// <summary>A provider that answers as a test tells it, and notes what it was asked.</summary>
internal sealed class FakeProvider(ProviderId id) : IProvider
{
    public ProviderId Id => id;

    public string CredentialName => "default";

    public ProviderCapabilities Capabilities { get; } = new() { SupportsBatching = true, Kinds = [EndpointKind.Chat] };

    public FakeBatches Fake { get; } = new();

    public IBatchBackend Batches => Fake;

    public Func<LiveCall, Task<LiveOutcome>> Live { get; set; } = static _ => Task.FromResult<LiveOutcome>(new LiveOutcome.Answered(FakeBatches.Answer));

    public List<LiveCall> LiveCalls { get; } = [];

    public bool IsFlexible { get; set; }

    public IExplicitCaches? ExplicitCaches { get; init; }

    public bool TakesFlexible(Envelope envelope) => IsFlexible;

    public void Render(Envelope envelope, CacheControl cache, IBufferWriter<byte> output) => output.Write(envelope.Bytes.Span);

    public Task<LiveOutcome> SendAsync(LiveCall call, CancellationToken cancellationToken = default)
    {
        LiveCalls.Add(call);
        return Live(call).WaitAsync(cancellationToken);
    }

    public ChatResponse ReadChat(ReadOnlyMemory<byte> body) => new();

    public Embedding<float> ReadEmbedding(ReadOnlyMemory<byte> body) => new(ReadOnlyMemory<float>.Empty);

    public IChatClient CreateChatClient(string model) => throw new NotSupportedException();
}

/// <summary>A batch API that answers as a test tells it. By itself it takes every batch, finds none again, and never finishes one.</summary>
internal sealed class FakeBatches : IBatchBackend
{
    private int _created;

    public static Answer Answer { get; } = new()
    {
        Body = new ReadOnlyMemory<byte>("{}"u8.ToArray()),
        Usage = new TokenUsage { UncachedInput = 100, Output = 10 },
        FinishReason = "stop",
    };

    public BatchLimits Limits { get; set; } = new()
    {
        MaxRequests = 10_000,
        MaxBytes = 100_000_000,
        OneModelPerBatch = true,
        Window = TimeSpan.FromHours(24),
        KeepsFinishedOnExpiry = true,
        OrphanSearch = OrphanSearch.ByKey,
    };

    public Func<StageOutcome> Stage { get; set; } = static () => new StageOutcome.Staged(new StagedInput("file"));

    public Func<BatchInput, CreateOutcome>? Create { get; set; }

    public Func<OrphanQuery, IReadOnlyList<OrphanCandidate>> Find { get; set; } = static _ => [];

    public Func<string, PollOutcome> Poll { get; set; } =
        static id => new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Running });

    public Func<string, ProviderFailure?> Cancel { get; set; } = static _ => null;

    public Func<BatchSnapshot, IEnumerable<BatchLine>> Results { get; set; } = static _ => [];

    public Func<BatchSnapshot, ProviderFailure?> Clean { get; set; } = static _ => null;

    /// <summary>What others do after a create or cancel has arrived and before its caller hears of it.</summary>
    public Func<Task> Meanwhile { get; set; } = static () => Task.CompletedTask;

    /// <summary>What others do during an upload.</summary>
    public Func<Task> WhileUploading { get; set; } = static () => Task.CompletedTask;

    /// <summary>How many items each upload had.</summary>
    public List<int> Uploads { get; } = [];

    /// <summary>How many items each create had.</summary>
    public List<int> Creates { get; } = [];

    /// <summary>The items last uploaded or created.</summary>
    public List<BatchItem> Sent { get; } = [];

    public List<string> Polls { get; } = [];

    public List<string> Cancels { get; } = [];

    public List<string> Cleans { get; } = [];

    public int Searches { get; private set; }

    /// <summary>A batch that has ended, with one file of results.</summary>
    public static PollOutcome Ended(string id) =>
        new PollOutcome.Seen(new BatchSnapshot { ProviderBatchId = id, Phase = BatchPhase.Ended, ResultReferences = ["results of " + id] });

    public static BatchLine Answered(string customId, long number = 1) =>
        new() { LineNumber = number, Kind = BatchLineKind.Answered, CustomId = customId, Answer = Answer };

    public long? MeasureLine(Envelope envelope) => envelope.Bytes.Length + 100;

    public async Task<StageOutcome> StageAsync(BatchInput input, CancellationToken cancellationToken = default)
    {
        Uploads.Add(await CountAsync(input, cancellationToken));
        await WhileUploading();
        return Stage();
    }

    public async Task<CreateOutcome> CreateAsync(BatchInput input, StagedInput staged, CancellationToken cancellationToken = default)
    {
        Creates.Add(await CountAsync(input, cancellationToken));
        var outcome = Create?.Invoke(input) ?? new CreateOutcome.Accepted($"batch {++_created}");
        await Meanwhile();
        return outcome;
    }

    public Task<IReadOnlyList<OrphanCandidate>> FindAsync(OrphanQuery query, CancellationToken cancellationToken = default)
    {
        Searches++;
        return Task.FromResult(Find(query));
    }

    public Task<PollOutcome> PollAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        Polls.Add(providerBatchId);
        return Task.FromResult(Poll(providerBatchId));
    }

    public async Task<ProviderFailure?> CancelAsync(string providerBatchId, CancellationToken cancellationToken = default)
    {
        Cancels.Add(providerBatchId);
        var failure = Cancel(providerBatchId);
        await Meanwhile();
        return failure;
    }

    public async IAsyncEnumerable<BatchLine> ReadResultsAsync(
        BatchSnapshot batch, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        foreach (var line in Results(batch))
        {
            yield return line;
        }
    }

    public Task<ProviderFailure?> CleanAsync(BatchSnapshot batch, StagedInput? staged, CancellationToken cancellationToken = default)
    {
        Cleans.Add(batch.ProviderBatchId);
        return Task.FromResult(Clean(batch));
    }

    private async Task<int> CountAsync(BatchInput input, CancellationToken cancellationToken)
    {
        Sent.Clear();
        await foreach (var item in input.Items(cancellationToken))
        {
            Sent.Add(item);
        }

        return Sent.Count;
    }
}
